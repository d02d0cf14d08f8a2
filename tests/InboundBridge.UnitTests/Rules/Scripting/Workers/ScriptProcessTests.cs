using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Workers;

/// <summary>Attacks that may take a process with them: tried on real workers, which the pool replaces.</summary>
public class ScriptProcessTests
{
    private static readonly ScriptLimits Limits =
        new() { Timeout = TimeSpan.FromSeconds(2), Statements = 10_000_000, Recursion = 1_000_000 };

    private static readonly string[] Attacks =
    [
        "/^(a+)+$/.test('a'.repeat(60) + 'b')",
        "var a = []; while (true) a.push('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' + a.length)",
        "var s = 'x'; while (true) s += s; s",
        "new Array(100000000).join('xxxxxxxxxx')",
        "var o = {}; for (var i = 0; i < 2000000; i++) o = { a: o }; JSON.stringify(o)",
        "function f() { return f() + 1; } f()",
        "let it = [1].values(); for (let i = 0; i < 2000000; i++) it = it.map(x => x); it.next().value",
        "function* g(n) { yield* g(n + 1); } [...g(0)]",
        "let b = 3n; for (;;) b *= b;",
        "let s = 'aa'; for (let i = 0; i < 40; i++) s = s.replaceAll('a', s); s",
        "let o = { a: 1 }; for (let i = 0; i < 40; i++) o = { a: o, b: o }; JSON.stringify(o).length",
        "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length)",
        "Array.from({ length: 1e9 }, (_, i) => i)",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, [i])",
        "new Uint8Array(2 ** 30).fill(1)",
        "const b = new ArrayBuffer(8, { maxByteLength: 2 ** 30 }); for (let n = 8; ; n *= 2) b.resize(n)",
        "const f = () => Promise.all([f(), f()]).then(f); f()",
        "const hold = []; const f = () => { hold.push(new Array(1000).fill(hold.length)); return Promise.resolve().then(f); }; f()",
        "let p = {}; for (let i = 0; i < 1000000; i++) p = new Proxy(p, {}); p.x",
        "let f = () => 1; for (let i = 0; i < 1000000; i++) f = f.bind(null); f()",
        "const a = []; a[0] = a; for (let i = 0; i < 30; i++) a.push([...a, ...a]); a.flat(Infinity).length",
        "'x'.repeat(1e6).split('').sort(() => { for (;;); })",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attack_fails_alone_and_the_next_script_runs()
    {
        await using var pool = Pool();
        foreach (var attack in Attacks)
        {
            var answer = await pool.RunAsync(InProcessWorker.Request(attack), Token);
            Assert.True(answer.Error is not null, $"{attack}: {answer.Value}");
            var next = await pool.RunAsync(InProcessWorker.Request("1 + 1"), Token);
            Assert.Equal((attack, null, "2"), (attack, next.Error?.ToString(), next.Value?.ToJsonString()));
        }
    }

    /// <summary>The product's own worker, as the appliance starts it.</summary>
    private static ScriptWorkerPool Pool()
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "inboundbridge.dll");
        return new ScriptWorkerPool(
            Limits, () =>
                ScriptWorkerProcess.Start("dotnet", [executable, "script-worker", "webhook", "lmtp", "relay"], Limits.Memory),
                TimeProvider.System, size: 1);
    }
}
