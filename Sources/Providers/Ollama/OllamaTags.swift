public import NIOCore

/// Reads what an instance says about itself: `/api/tags`, `/api/ps`, `/api/version`. Cold: only when a body changed.
public enum OllamaTags {
    /// The tags of `/api/tags`; nil when the body is not such an answer.
    public static func tags(_ body: ByteBuffer) -> [OllamaTag]? { nil }

    /// The loaded models of `/api/ps`; nil when the body is not such an answer.
    public static func loaded(_ body: ByteBuffer) -> [OllamaLoaded]? { nil }

    /// The version of `/api/version`; nil when the body is not such an answer.
    public static func version(_ body: ByteBuffer) -> String? { nil }
}
