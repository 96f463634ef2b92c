package dev.skein.client.admin;

/** What a namespace's messages must outlive. */
public enum SurvivalGoal {
    /** Not said: the cluster chooses REGION with three or more regions, else ZONE. */
    DEFAULT,
    /** The loss of a zone of the home region. */
    ZONE,
    /** The loss of any region. */
    REGION
}
