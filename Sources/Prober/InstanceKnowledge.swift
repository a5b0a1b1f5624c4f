import Balancer
import Dialects
import NIOCore

/// The prober's memory of one instance from probe to probe, so that an answer is parsed only when it changed.
struct InstanceKnowledge {
    /// Stands for a body: its length and a hash of 64 bits, with a key made at the process's start.
    private struct Fingerprint: Equatable {
        let length: Int
        let hash: Int

        init(_ body: [UInt8]) {
            length = body.count
            var hasher = Hasher()
            body.withUnsafeBytes { hasher.combine(bytes: $0) }
            hash = hasher.finalize()
        }
    }

    private var tags: Fingerprint?
    private var loaded: Fingerprint?
    private var knowsVersion = false
    private var lacksHealth = false

    /// The next probe is to ask for what seldom changes, whatever the connection: an Ollama's version until it is known,
    /// another's health unless it has no `/health`.
    var asksAll: Bool { !knowsVersion && !lacksHealth }

    /// The instance failed: what comes after may be another process.
    mutating func forgetProcess() { (knowsVersion, lacksHealth) = (false, false) }

    /// Someone doubts what is known: the next answer is reported in full, changed or not.
    mutating func forgetLists() { (tags, loaded) = (nil, nil) }

    /// The report for bodies that came; `nil` when the tags are not what an Ollama answers.
    mutating func report(
        tags tagsBody: [UInt8], loaded loadedBody: [UInt8]?, version: [UInt8]?
    ) -> (tags: [KnownTag]?, loaded: [LoadedModel]?, version: String?)? {
        var found: (tags: [KnownTag]?, loaded: [LoadedModel]?, version: String?) = (nil, nil, nil)
        let fingerprint = Fingerprint(tagsBody)
        if fingerprint != tags {
            guard let parsed = OllamaTags.tags(ByteBuffer(bytes: tagsBody)) else { return nil }
            tags = fingerprint
            found.tags = parsed.map {
                KnownTag(
                    name: $0.name, digest: $0.digest, size: $0.size, isRemote: $0.isRemote, thinks: $0.thinks,
                    chats: $0.chats, embeds: $0.embeds, capabilities: $0.capabilities,
                    spelling: OllamaName.hasSecondHost($0.spelling) ? $0.spelling : nil,
                    modifiedAt: $0.modifiedAt, details: $0.details)
            }
        }
        if let loadedBody {
            let fingerprint = Fingerprint(loadedBody)
            if fingerprint != loaded, let parsed = OllamaTags.loaded(ByteBuffer(bytes: loadedBody)) {
                loaded = fingerprint
                found.loaded = parsed.map {
                    LoadedModel(
                        model: $0.model, contextLength: $0.contextLength, size: $0.size, sizeVRAM: $0.sizeVRAM,
                        expiresAt: $0.expiresAt)
                }
            }
        }
        if let version, let parsed = OllamaTags.version(ByteBuffer(bytes: version)) {
            found.version = parsed
            knowsVersion = true
        }
        return found
    }

    /// The part of a list of models to report: nothing if it is the same as before.
    ///
    /// - Returns: whether it is such a list, and its models if they are new.
    mutating func report(models body: [UInt8], hasHealth: Bool) -> (isSound: Bool, tags: [KnownTag]?) {
        let fingerprint = Fingerprint(body)
        guard fingerprint != tags else {
            lacksHealth = !hasHealth
            return (true, nil)
        }
        guard let ids = OpenAIModels.ids(ByteBuffer(bytes: body)) else { return (false, nil) }
        tags = fingerprint
        lacksHealth = !hasHealth
        return (true, ids.map { KnownTag(name: $0, digest: "", size: 0, isRemote: false) })
    }
}
