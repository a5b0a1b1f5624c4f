import Locking

/// The kinds of routes that clients ask for and nobody serves: a closed set, for the label of a metric.
public enum UnknownRoute: String, CaseIterable, Sendable {
    case rerank, moderations, audio, images, videos, files, batches, assistants, realtime, evals, responses
    case fineTuning = "fine_tuning"
    case vectorStores = "vector_stores"
    case other

    /// The kind of a path, by its first segment behind the API's version.
    ///
    /// - Parameter segments: without empty ones.
    public init(segments: some Sequence<some StringProtocol>) {
        var segments = segments.makeIterator()
        var first = segments.next()
        if let version = first, ["v1", "v2", "openai"].contains(String(version)) { first = segments.next() }
        self =
            switch first.map({ String($0) }) {
            case "rerank": .rerank
            case "moderations": .moderations
            case "audio": .audio
            case "images": .images
            case "videos": .videos
            case "files", "uploads", "containers": .files
            case "batches": .batches
            case "assistants", "threads", "conversations": .assistants
            case "realtime": .realtime
            case "evals", "graders": .evals
            case "fine_tuning", "fine-tunes": .fineTuning
            case "vector_stores": .vectorStores
            case "responses" where segments.next() == "compact" || segments.next() == "cancel": .responses
            default: .other
            }
    }

    /// What the gateway does not do, for people; nil for a path that nobody knows.
    public var words: String? {
        switch self {
        case .rerank: "does not rerank"
        case .moderations: "has no moderations"
        case .audio: "neither speaks nor listens"
        case .images: "makes no images"
        case .videos: "makes no videos"
        case .files: "keeps no files"
        case .batches: "runs no batches"
        case .assistants: "has no assistants, threads or conversations"
        case .realtime: "has no realtime sessions"
        case .evals: "runs no evals"
        case .responses: "compacts no conversations, and has no responses in the background"
        case .fineTuning: "tunes no models"
        case .vectorStores: "has no vector stores"
        case .other: nil
        }
    }
}

/// How often routes were asked for that there are not.
final class UnknownRouteCounts: Sendable {
    private let counts = Locked([UnknownRoute: UInt64]())

    func add(_ route: UnknownRoute) { counts.withLock { $0[route, default: 0] += 1 } }

    func publish(into text: inout PrometheusText) {
        let now = counts.withLock { $0 }
        text.family(.unknownRoutes)
        for route in UnknownRoute.allCases {
            if let count = now[route] { text.sample(.unknownRoutes, ["route": route.rawValue], count) }
        }
    }
}
