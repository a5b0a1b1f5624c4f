/// What a gateway has been told by the others, until it is too old: one that is gone is forgotten within two seconds of its
/// last word, whether the store says so or says nothing.
public struct OtherGateways: Equatable, Sendable {
    /// For so long a word holds, from the moment at which it was said.
    public static let lifetime = Duration.milliseconds(1_750)

    /// One gateway's word.
    public struct Heard: Equatable, Sendable {
        /// The gateway.
        public var gateway: UInt64
        /// Its word.
        public var word: PoolWord
        /// How old it is.
        public var age: Duration

        /// A word of that age.
        public init(gateway: UInt64, word: PoolWord, age: Duration) {
            (self.gateway, self.word, self.age) = (gateway, word, age)
        }
    }

    private(set) var words: [(id: UInt64, word: PoolWord, until: Moment)] = []

    /// Nobody is there.
    public init() {}

    /// Hears all that live, as of a moment: those of whom nothing is said are gone.
    mutating func hear(_ heard: [Heard], at moment: Moment) {
        words = heard.sorted { $0.gateway < $1.gateway }
            .map { (id: $0.gateway, word: $0.word, until: moment + (Self.lifetime - max(.zero, $0.age))) }
    }

    /// Forgets whose time is over. Answers whether there were any.
    mutating func lapse(at now: Moment) -> Bool {
        let count = words.count
        words.removeAll { $0.until <= now }
        return words.count != count
    }

    /// The same words, each until the same moment.
    public static func == (left: OtherGateways, right: OtherGateways) -> Bool {
        left.words.elementsEqual(right.words) { $0.id == $1.id && $0.word == $1.word && $0.until == $1.until }
    }
}
