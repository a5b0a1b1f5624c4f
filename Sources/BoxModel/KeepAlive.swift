/// How long a model stays in memory once nothing uses it. Shorter ones sort first.
public enum KeepAlive: Hashable, Comparable, Sendable {
    /// That long; zero or less unloads it as soon as it is idle.
    case after(Nanoseconds)
    /// Until something needs its room.
    case forever
}
