import Glibc
import Locking

/// The terminal of the live view: keys as they are pressed, no echo, the other screen; all of it given back at the end.
final class LiveTerminal: Sendable {
    /// A key that means something, or another size.
    enum Input: Sendable, Equatable {
        case quit, up, down, resized
    }

    /// As it was before; nil where standard input is no terminal.
    private let before: Locked<termios?>
    private let isOver = Locked(false)

    /// Takes the terminal over.
    ///
    /// - Parameter input: called on a thread of its own with each key and each change of size.
    init(_ input: @escaping @Sendable (Input) -> Void) {
        var settings = termios()
        let hasKeys = tcgetattr(STDIN_FILENO, &settings) == 0
        before = Locked(hasKeys ? settings : nil)
        if hasKeys {
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
            // One that is suspended, or ended by Ctrl-\, would leave its screen behind.
            (settings.c_cc.10, settings.c_cc.1) = (0, 0)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        }
        Terminal.write(Self.enter)
        watch(hasKeys: hasKeys, input)
    }

    /// Gives the terminal back as it was; safe to call again.
    func close() {
        isOver.withLock { $0 = true }
        before.withLock { saved in
            guard var settings = saved else { return }
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            saved = nil
        }
        Terminal.write(Self.leave)
    }

    /// The other screen, so that what was there comes back; no cursor.
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"

    /// Ten times a second is often enough for a size, and for a thread that is to end.
    private func watch(hasKeys: Bool, _ input: @escaping @Sendable (Input) -> Void) {
        let work = Work { [weak self] in
            var size = Terminal.size
            var cutter = KeyCutter()
            while self?.isOver.withLock({ $0 }) == false {
                var waiting = pollfd(fd: hasKeys ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0)
                if poll(&waiting, 1, 100) > 0 {
                    var bytes = [UInt8](repeating: 0, count: 64)
                    let count = read(STDIN_FILENO, &bytes, bytes.count)
                    // The terminal is gone.
                    guard count > 0 else { return input(.quit) }
                    for key in cutter.feed(bytes.prefix(count)) { input(key) }
                }
                let now = Terminal.size
                if now != size {
                    size = now
                    input(.resized)
                }
            }
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(work).toOpaque()
        let failed = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, context)
        if failed == 0 { pthread_detach(thread) } else { Unmanaged<Work>.fromOpaque(context).release() }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

/// Finds keys in the bytes of a terminal.
struct KeyCutter {
    private var escape: [UInt8] = []

    /// The keys among these bytes; the beginning of one that is not whole is kept.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [LiveTerminal.Input] {
        bytes.compactMap { byte in
            if !escape.isEmpty || byte == 0x1B {
                escape.append(byte)
                return finishEscape()
            }
            switch byte {
            case UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x03, 0x04: return .quit
            case UInt8(ascii: "k"): return .up
            case UInt8(ascii: "j"): return .down
            default: return nil
            }
        }
    }

    /// `ESC [ A` and `ESC O A` are the arrow up; anything else that is whole means nothing.
    private mutating func finishEscape() -> LiveTerminal.Input? {
        guard escape.count > 1 else { return nil }
        guard escape[1] == UInt8(ascii: "[") || escape[1] == UInt8(ascii: "O") else {
            escape = []
            return nil
        }
        guard escape.count > 2, let last = escape.last, (0x40...0x7E).contains(last) else { return nil }
        escape = []
        switch last {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        default: return nil
        }
    }
}
