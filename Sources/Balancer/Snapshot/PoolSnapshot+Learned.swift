extension PoolSnapshot {
    /// Facts learned of a model on an instance; only where predictions are made (`soonest`).
    public struct Learned: Codable, Equatable, Sendable {
        /// `resident`, `loading` or `absent`: what the instance said, corrected by what our own requests caused since.
        public var memory: String
        /// The share of it that is on the GPU; below 1 it is slow.
        public var gpuShare: Double
        /// Requests worked on at once; a guess until `slots_known`.
        public var slots: Int
        /// Whether `slots` was configured or seen.
        public var slotsKnown: Bool
        /// Requests seen at once where `model_info.slots` says otherwise; nil where it is right, or nothing shows that it is wrong.
        public var slotsSeen: Int?
        /// A load takes this long; nil before the first.
        public var loadSeconds: Double?
        /// Prompt tokens read per second by one request alone; nil before the first.
        public var prefillTokensPerSecond: Double?
        /// Tokens written per second by one request alone; nil before the first.
        public var decodeTokensPerSecond: Double?
        /// The slowdown that each further request causes the others, as a share of that.
        public var decodeSlowdown: Double
        /// The median answer, in tokens.
        public var expectedOutputTokens: Int
        /// How far predicted times to first token were off lately, as a share of the actual ones; nil before the first.
        public var firstTokenError: Double?

        enum CodingKeys: String, CodingKey {
            case memory, slots
            case gpuShare = "gpu_share"
            case slotsKnown = "slots_known"
            case slotsSeen = "slots_seen"
            case loadSeconds = "load_s"
            case prefillTokensPerSecond = "prefill_tokens_per_second"
            case decodeTokensPerSecond = "decode_tokens_per_second"
            case decodeSlowdown = "decode_slowdown"
            case expectedOutputTokens = "expected_output_tokens"
            case firstTokenError = "first_token_error"
        }

        /// Writes every key.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(memory, forKey: .memory)
            try container.encode(gpuShare, forKey: .gpuShare)
            try container.encode(slots, forKey: .slots)
            try container.encode(slotsKnown, forKey: .slotsKnown)
            try container.encode(slotsSeen, forKey: .slotsSeen)
            try container.encode(loadSeconds, forKey: .loadSeconds)
            try container.encode(prefillTokensPerSecond, forKey: .prefillTokensPerSecond)
            try container.encode(decodeTokensPerSecond, forKey: .decodeTokensPerSecond)
            try container.encode(decodeSlowdown, forKey: .decodeSlowdown)
            try container.encode(expectedOutputTokens, forKey: .expectedOutputTokens)
            try container.encode(firstTokenError, forKey: .firstTokenError)
        }
    }
}

extension Forecast {
    /// The facts learned of a deployment, for people.
    func learned(_ deployment: Int) -> PoolSnapshot.Learned {
        let placement = placements[Int(placementOf[deployment])]
        let memory =
            switch placement.residency {
            case .absent: "absent"
            case .resident: "resident"
            case .loading: "loading"
            }
        return PoolSnapshot.Learned(
            memory: memory, gpuShare: Rounded.thousandths(1 - placement.spilled), slots: Int(placement.slots.count),
            slotsKnown: placement.slots.isKnown, slotsSeen: placement.slots.mistake?.seen,
            loadSeconds: placement.load.value.map(Rounded.thousandths),
            prefillTokensPerSecond: placement.prefill.value.map { Rounded.thousandths(1 / max($0, 1e-9)) },
            decodeTokensPerSecond: placement.decode.alone.map { Rounded.thousandths(1 / max($0, 1e-9)) },
            decodeSlowdown: Rounded.thousandths(placement.decode.slope),
            expectedOutputTokens: Int(tags[Int(placement.tag)].lengths.expected),
            firstTokenError: placement.firstTokenError.value.map(Rounded.thousandths))
    }
}
