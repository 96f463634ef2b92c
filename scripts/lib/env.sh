# Shared by every script: where things are, building when needed, running a Java main class.
# Source it after `set -euo pipefail`.

skein_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
skein_modules="$skein_root/system-tests/target"
skein_jar="$skein_modules/skein-system-tests.jar"

# The running cluster's directory; --data on a command line takes precedence for commands about the cluster.
export SKEIN_DATA="${SKEIN_DATA:-$skein_root/.skein/cluster}"

skein_fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit "${2:-1}"
}

skein_java() {
  if [[ -n "${JAVA_HOME:-}" ]]; then
    printf '%s/bin/java' "$JAVA_HOME"
  else
    command -v java || skein_fail "java: not found (expected: Java 17 or later on the PATH, or JAVA_HOME)"
  fi
}

# Whether any source, resource or pom is newer than what was built last.
skein_is_stale() {
  [[ -f "$skein_jar" && -d "$skein_modules/lib" ]] || return 0
  local newer
  newer="$(find "$skein_root/pom.xml" "$skein_root"/*/pom.xml "$skein_root"/*/src/main \
    -type f -newer "$skein_jar" -print -quit)"
  [[ -n "$newer" ]]
}

# Builds every module unless nothing has changed. SKEIN_BUILD=never trusts what is there.
skein_build() {
  [[ "${SKEIN_BUILD:-auto}" == never ]] && return 0
  skein_is_stale || return 0
  command -v mvn > /dev/null || skein_fail "mvn: not found (expected: Maven 3.8 or later on the PATH)"
  mkdir -p "$skein_root/.skein"
  (
    # Two scripts at once must not build into the same directories.
    if command -v flock > /dev/null; then
      flock 9
    fi
    skein_is_stale || exit 0
    printf 'building (mvn -q -DskipTests package) ...\n' >&2
    cd "$skein_root"
    mvn -B -q -DskipTests -Dspotless.check.skip package >&2 || exit 1
    touch "$skein_jar"
  ) 9> "$skein_root/.skein/build.lock" || skein_fail "the build failed; see the lines above"
}

# skein_exec MAIN [ARG...]: replaces the script by a Java process made to start fast.
skein_exec() {
  local main="$1"
  shift
  skein_build
  local java
  java="$(skein_java)"
  # JRaft's dump handler takes SIGUSR2, which the JVM wants for itself.
  export _JAVA_SR_SIGNUM=40
  # shellcheck disable=SC2086 # SKEIN_JAVA_OPTS is a list of words
  exec "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto ${SKEIN_JAVA_OPTS:-} \
    -cp "$skein_jar:$skein_modules/lib/*" "$main" "$@"
}

# The client endpoints of the cluster in $SKEIN_DATA, unless the user has set his own.
skein_use_endpoints() {
  if [[ -z "${SKEIN_ENDPOINTS:-}" && -f "$SKEIN_DATA/endpoints" ]]; then
    SKEIN_ENDPOINTS="$(< "$SKEIN_DATA/endpoints")"
    export SKEIN_ENDPOINTS
  fi
}
