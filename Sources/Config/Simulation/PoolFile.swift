/// A pool for the simulator as its YAML file has it, read top to bottom; names are not resolved yet.
public struct PoolFile: Sendable {
    /// A graphics card: a known class, or figures of one's own on top of it.
    public struct Card: Sendable {
        /// Its name: what the file calls it, or a known class.
        public var name: String
        /// The known class it begins from (`from`).
        public var from: Located<String>?
        /// Bytes on the card.
        public var memory: Int?
        /// Prompt tokens read per second.
        public var prefill: Double?
        /// Tokens written per second by one stream alone.
        public var decode: Double?
        /// See `GPUClass.decodeSlowdown`.
        public var decodeSlowdown: Double?
        /// See `GPUClass.prefillInterference`.
        public var prefillInterference: Double?
        /// Bytes loaded per second.
        public var load: Int?
        /// Requests of one model at the same time.
        public var slots: Int?
        /// How prompts of one model share the card, see `GPUClass.Reading`; nil: as the class has it.
        public var reading: Reading?

        /// As written in the file.
        public enum Reading: String, CaseIterable, Sendable {
            /// One after the other.
            case inTurn = "in_turn"
            /// All at once, at equal shares.
            case shared
            /// As if alone.
            case apart
        }
    }

    /// Some equal boxes.
    public struct Boxes: Sendable {
        /// The card by name.
        public var gpu: Located<String>
        /// Their names: this, a dash and a number from 1. The card's name unless said.
        public var name: String
        /// How many.
        public var count = 1
        /// The slots that the gateway is told, right or wrong; nil: as `slots` has it.
        public var toldSlots: Int?
        /// Models in memory at the start; nil: all that fit.
        public var preloaded: [Located<String>]? = []
    }

    /// A model.
    public struct Model: Sendable {
        /// The name that clients ask for.
        public var name: String
        /// Bytes on disk.
        public var size: Int
        /// Bytes of context per slot; 0 unless said.
        public var slotMemory = 0
        /// In multiples of the card's figures; 5 GB / size unless said, since these hold for about 5 GB.
        public var speed: Double?
        /// Its share of the requests; 1, 1/2, 1/3 … in the file's order unless said.
        public var popularity: Double?
    }

    /// Something that goes wrong.
    public struct Fault: Sendable {
        /// A share of the time of arrivals (`50%`) or a time from the first (`120s`).
        public enum Time: Sendable {
            /// From 0 to 1.
            case share(Double)
            /// From the first arrival.
            case after(Duration)
        }

        /// When.
        public var at: Time
        /// The box by name.
        public var box: Located<String>
        /// `dies`, `hangs`, `slows` or `returns`.
        public var kind: String
        /// How many times slower.
        public var factor = 1.0
    }

    /// A rate that rises and falls.
    public struct Bursts: Sendable {
        /// From one burst to the next.
        public var every = Duration.seconds(120)
        /// How long one lasts.
        public var length = Duration.seconds(20)
        /// The rate in a burst, in multiples of the mean.
        public var high = 3.5
        /// The rate else.
        public var low = 0.5
        /// The share of a burst for one model.
        public var oneModel = 0.0
    }

    /// The workload where the command line does not say.
    public struct Workload: Sendable {
        /// A synthetic workload as text.
        public var synthetic: String?
        /// How many requests; nil: all the trace has.
        public var requests: Int?
        /// The share of what the pool can do; nil: the trace's own times.
        public var load: Double?
        /// Prompts are divided by this.
        public var divideLengths = 1
        /// Of the trace's sessions one in so many is taken.
        public var oneSessionIn = 1
        /// Set when arrivals come in bursts.
        public var bursts: Bursts?
        /// Tokens of context that requests ask for, each as often; none unless said.
        public var contexts: [Int] = []
        /// Clients' keys.
        public var keys = 1
        /// Shares of the classes interactive, default and batch; none unless said.
        public var classes: [Double] = []
    }

    /// Cards of the file's own, by name.
    public var cards: [Card] = []
    /// In the order of the gateway's instances.
    public var boxes: [Boxes] = []
    /// The first has the greatest share.
    public var models: [Model] = []
    /// Which models each box may serve, for strategies over a placement by hand.
    public var pinned: [(box: Located<String>, models: [Located<String>])] = []
    /// In the file's order.
    public var faults: [Fault] = []
    /// Between two looks at a box.
    public var probeInterval = Duration.seconds(5)
    /// Whether the gateway is told the boxes' slots.
    public var slotsKnown = true
    /// Whether the gateway is told the boxes' memory.
    public var memoryKnown = false
    /// Whether models get as much context as Ollama gives by a card's memory; else 8,000 tokens.
    public var contextByMemory = false
    /// Tries after the first.
    public var retries = 2
    /// Places in the gateway's queue, per model; nil: as many as it takes.
    public var maxWaiting: Int?
    /// The longest wait there; nil: as long as it takes.
    public var maxWait: Duration?
    /// A request whose first token would come later is refused at once; nil: none is.
    public var queueObjective: Duration?
    /// How long a box that never answers is waited for.
    public var timeout = Duration.seconds(600)
    /// A first token within this counts as good.
    public var objective = Duration.seconds(5)
    /// How long an idle model stays in memory.
    public var keepAlive = Duration.seconds(300)
    /// From an unload until its memory is free.
    public var memoryRecovery = Duration.seconds(1)
    /// Models in memory at once on a box.
    public var maxLoadedModels = 3
    /// Places in a box's queue.
    public var maxQueue = 512
    /// Its workload.
    public var workload = Workload()

    /// Reads a file's text. Nothing stops it: all that is wrong is in the faults, with their places.
    public static func read(
        _ text: String, name: String
    ) -> (file: PoolFile, faults: [Diagnostic], warnings: [Diagnostic]) {
        let log = DiagnosticLog()
        log.opened(name)
        var file = PoolFile()
        if let root = YAMLFile.read(text, name: name, log: log) {
            var reader = PoolFileReader(log: log)
            reader.read(root, into: &file)
        } else if log.faults.isEmpty {
            log.fault(SourceMark(file: name, line: 1, column: 1), "", "the file is empty")
        }
        return (file, log.sorted(log.faults), log.sorted(log.warnings))
    }
}
