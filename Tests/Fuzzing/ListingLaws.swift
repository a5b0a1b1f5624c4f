import Dialects
import NIOCore

/// What a box lists is read or it is not; a name that could be one is written the same when it is normalised again.
enum ListingLaws {
    static func check(_ bytes: ArraySlice<UInt8>) throws(BrokenLaw) {
        let body = ByteBuffer(bytes: bytes)
        _ = OllamaTags.version(body)
        let loaded = OllamaTags.loaded(body) ?? []
        for name in (OllamaTags.tags(body) ?? []).map(\.name) + loaded.map(\.model) {
            let again = OllamaName.normalise(name)
            if again.contains("://") || again.contains(where: \.isWhitespace) { continue }
            let twice = OllamaName.normalise(again)
            guard twice == again else { throw BrokenLaw("\(name) becomes \(again), and that \(twice)") }
        }
    }
}
