package dev.skein.replication.nodelog;

class InMemoryNodeLogTest extends NodeLogContract {

    @Override
    NodeLog open() {
        return new InMemoryNodeLog();
    }
}
