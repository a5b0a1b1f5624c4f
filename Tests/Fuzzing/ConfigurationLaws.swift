import Config

/// A configuration is read, or it is said what is wrong, in a bounded number of sentences.
enum ConfigurationLaws {
    static func check(_ bytes: ArraySlice<UInt8>) throws(BrokenLaw) {
        let text = String(decoding: bytes, as: UTF8.self)
        // Other files are none of this input's.
        if text.contains("include") { return }
        let loaded = Loader.load(text: text, name: "fuzz.yaml", environment: [:])
        for told in loaded.faults + loaded.warnings + loaded.refusals where told.description.isEmpty {
            throw BrokenLaw("a fault without a word")
        }
    }
}
