/// The models' words. Some need escaping in JSON or are not ASCII, as in real answers.
enum Words {
    static let plain = [
        "grass", "gate", "ridge", "dusk", "wool", "hoof", "valley", "the", "a", "over", "under", "slowly", "and",
        "then",
        "rain", "stone", "river", "north", "path", "bell", "dog", "whistle", "fence", "shade", "moves", "waits",
        "turns",
        "climbs", "grazes", "high", "low", "far", "near", "old", "young", "brown", "white", "quiet", "early", "late",
        "morning", "snow", "wind", "lantern", "rope", "saddle", "camp", "fire", "bread", "salt", "water", "cloud",
    ]
    private static let awkward = ["café", "東京", "🦙", "a<b", "R&D", "\"herd\"", "C:\\herd", "naïve", "tab\tstop", "…"]

    /// One word in thirty is awkward.
    static func next(_ dice: inout Dice) -> String {
        dice.next() % 30 == 0 ? dice.pick(awkward) : dice.pick(plain)
    }
}
