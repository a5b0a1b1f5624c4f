import Dialects
import Ledger

/// `grace_period` of `/key/regenerate`: how long the old key goes on working as if it were the new one.
struct Grace {
    /// Nil: it ends at once.
    private let period: BudgetPeriod?

    /// More keys of before than this do not work at one time.
    private static let most = 16

    /// - Parameter usual: where the request does not say.
    init(_ call: AdminCall, usually usual: BudgetPeriod?) throws(AdminFault) {
        let field = "grace_period"
        guard let text = try call.fields.value(field, .text), !text.isEmpty else {
            period = usual
            return
        }
        // Nothing, in whichever unit.
        if text.hasPrefix("0"), text.drop(while: { $0 == "0" }).allSatisfy(\.isLetter) {
            period = nil
            return
        }
        period = try AdminType<BudgetPeriod>.period.read(.string(text), field: field)
    }

    /// The keys that still work beside the one that takes the place of this one.
    func keeping(_ old: VirtualKey, at now: WallTime) throws(AdminFault) -> [FormerKey] {
        var kept = old.former.filter { now < $0.until }
        guard let period else { return kept }
        guard kept.count < Self.most else {
            throw .invalid(
                "\(kept.count) keys that this one took the place of still work; leave grace_period out, or wait until "
                    + "one of them has ended", "grace_period")
        }
        kept.append(FormerKey(old.hash, until: now.adding(period)))
        return kept
    }
}
