/// A slot's last prompt: who continues it need not have it read again.
struct SlotMemory: Sendable {
    /// Empty: nothing known.
    var chain: [UInt64] = []
    var tokens = 0.0
    var at = 0.0
    /// A run is at work in the slot.
    var isBusy = false
}
