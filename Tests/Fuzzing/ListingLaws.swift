import Dialects
import NIOCore

/// What a box lists is read or it is not; names that were read are written the same when they are normalised again.
enum ListingLaws {
    static func check(_ bytes: ArraySlice<UInt8>) throws(BrokenLaw) {
        let body = ByteBuffer(bytes: bytes)
        _ = OllamaTags.version(body)
        let loaded = OllamaTags.loaded(body) ?? []
        for name in (OllamaTags.tags(body) ?? []).map(\.name) + loaded.map(\.model) {
            let again = OllamaName.normalise(name)
            guard OllamaName.normalise(again) == again else {
                throw BrokenLaw("\(name) becomes \(again), and that another")
            }
        }
    }
}
