package dev.cloister.observe.logs;

/**
 * The place of an event in its group: by its time, and at equal times by the order of arrival.
 *
 * @param millis the event's time since the epoch
 * @param sequence rises with every event that the group takes
 */
public record Position(long millis, long sequence) implements Comparable<Position> {
    /** Before every event. */
    public static final Position START = new Position(0, -1);

    /** After every event. */
    public static final Position END = new Position(Long.MAX_VALUE, Long.MAX_VALUE);

    @Override
    public int compareTo(Position that) {
        int byTime = Long.compare(millis, that.millis);
        return byTime != 0 ? byTime : Long.compare(sequence, that.sequence);
    }
}
