/// The constants of `soonest`, each found by simulation (docs/ROUTING.md has the runs).
enum ForecastConstants {
    /// The weight of a second's delay to a request already at work, against a second of one's own wait.
    static let harmShare = 0.5
    /// The same for a request that nobody waits for.
    static let batchHarmShare = 2.0
    /// The share of a request's writing in which another that wrote before it is still there: that one is in the midst of its
    /// answer, so on average it is half.
    static let togetherShare = 0.5
    /// Fewer requests than this, on average, that somebody waits for are none.
    static let leastUrgent = 0.01
    /// Of so many requests that are served before their turn one is taken of those that have waited long.
    static let overdueShare = 10
    /// Scores this much above the lowest count as equal to it, as a share of it.
    static let tolerance = 0.05
    /// And this much in any case, in seconds: less is noise.
    static let leastTolerance = 0.001
    /// The slowdown of written streams by a prompt that is read: with one being read they run at half their speed. They nearly
    /// stand still on llama-server, but to count that in full costs more than it saves: it drives requests to loads.
    static let prefillInterference = 1.0
    /// The share of its speed that a stream loses while a prompt is read in one batch with it: it writes a token with every
    /// batch of 512 tokens.
    static let readingStall = 0.9
    /// Seconds until the memory of a model that was driven out is seen free.
    static let memoryWait = 1.0
    /// How far ahead the absence of a model that was driven out is felt, in seconds.
    static let evictionHorizon = 60.0
    /// The penalty of having to wait for a victim's requests, in seconds.
    static let busyVictimPenalty = 2.0
    /// From this many waiting requests on, harm counts double: all of them feel it.
    static let backlog = 20.0
    /// The weight of writing over somebody's cached prompt, as a share of reading it again.
    static let overwriteShare = 0.3
    /// Seconds after which a cached prompt is 37 % as likely to be continued.
    static let overwriteTime = 20.0
    /// How many waiting requests of one model a plan looks at.
    static let scan = 60
    /// A request may be sent this long before its slot comes free, in seconds: it hides the way there.
    static let lead = 0.02
    /// A prompt that has longer to wait for those before it, in seconds, waits at the gateway: as often as waiting requests are
    /// looked at anew (`PlanClock.tick`), so that none comes after its turn.
    static let readingLead = 0.25
    /// How long a look at a busy placement holds, in seconds.
    static let lookHolds = 0.25
    /// Seconds over which request rates are taken.
    static let rateTime = 60.0
    /// Before anything was measured, for a model of `Tag.usualSize`.
    static let usual = Figures.Lanes(1.0 / 1500, 1.0 / 50, 5, 0)
}
