public import Balancer
public import Dialects
public import Ledger
import NIOCore

extension RouteTable {
    /// One deployment: where and how to send, and what the client is told about it.
    public struct Deployment: Sendable {
        /// The model it serves.
        public private(set) var model: ModelID
        /// Nil for a provider that is not part of this release; such a deployment is never picked.
        public let target: UpstreamTarget?
        /// Whether it sends to an instance inside. Without a target it counts as a cloud.
        let isLocal: Bool
        /// Tokens a prompt may have (`model_info.max_input_tokens`); nil: not known.
        public let maxInputTokens: Int?
        /// `tags`.
        public let tags: [String]
        /// The price of its tokens.
        public let price: Price
        /// Its time limits.
        public let limits: AttemptLimits
        /// `x-litellm-model-id`, `-model-api-base`, `-model-group` and `x-drover-instance`, each line with CRLF.
        let headers: ByteBuffer
        private let modelID: String
        private let apiBase: String
        /// The configured name of its instance, for messages.
        public let instanceName: String
        /// The facts that are told of it; nil where nobody asks.
        public var facts: DeploymentFacts?
        /// What it is for a name that fits its model's pattern, where the name upstream depends on that; nil where it is the same
        /// for all.
        public var filling: (@Sendable (NameMatch, _ name: String) -> Deployment)?
        /// It was left out of the pool: here only for the requests that run there, and found by nobody else.
        public var isGone = false

        /// - Parameters:
        ///   - apiBase: shown to clients; must hold no credentials.
        public init(
            model: ModelID, target: UpstreamTarget?, maxInputTokens: Int?, tags: [String], price: Price,
            limits: AttemptLimits,
            modelID: String, modelName: String, apiBase: String, instanceName: String
        ) {
            self.model = model
            self.target = target
            isLocal = target?.isLocal == true
            self.maxInputTokens = maxInputTokens
            self.tags = tags
            self.price = price
            self.limits = limits
            self.instanceName = instanceName
            self.modelID = modelID
            self.apiBase = apiBase
            var lines = ByteBuffer()
            for (name, value) in [
                ("x-litellm-model-id", modelID), ("x-litellm-model-api-base", apiBase),
                ("x-litellm-model-group", modelName), ("x-drover-instance", instanceName),
            ] {
                // A name from the config may hold anything; a header may not.
                let clean = value.unicodeScalars.map { $0.isASCII && $0.value > 31 && $0.value != 127 ? $0 : "?" }
                lines.writeString("\(name): \(String(String.UnicodeScalarView(clean)))\r\n")
            }
            headers = lines
        }

        /// The same where its model has this number.
        func moved(to model: ModelID) -> Deployment {
            var other = self
            other.model = model
            if let filling { other.filling = { match, name in filling(match, name).moved(to: model) } }
            return other
        }

        /// The same, left out of the pool.
        func leftOut() -> Deployment {
            var other = self
            other.isGone = true
            return other
        }

        /// The same, told to clients as another model's.
        public func named(_ name: String) -> Deployment {
            var other = Deployment(
                model: model, target: target, maxInputTokens: maxInputTokens, tags: tags, price: price, limits: limits,
                modelID: modelID, modelName: name, apiBase: apiBase, instanceName: instanceName)
            other.facts = facts
            return other
        }
    }
}
