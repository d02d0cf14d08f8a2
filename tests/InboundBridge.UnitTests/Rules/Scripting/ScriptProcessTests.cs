using InboundBridge.Rules.Scripting;

namespace InboundBridge.UnitTests.Rules.Scripting;

/// <summary>Attacks that take a process with them: tried on real workers, which the pool replaces.</summary>
public class ScriptProcessTests
{
    private static readonly ScriptLimits Limits = new() { Timeout = TimeSpan.FromSeconds(2), Statements = 10_000_000, Recursion = 1_000_000 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')")]
    [InlineData("var a = []; while (true) a.push('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' + a.length)")]
    [InlineData("var s = 'x'; while (true) s += s; s")]
    [InlineData("new Array(100000000).join('xxxxxxxxxx')")]
    [InlineData("var o = {}; for (var i = 0; i < 2000000; i++) o = { a: o }; JSON.stringify(o)")]
    [InlineData("function f() { return f() + 1; } f()")]
    public async Task An_attack_fails_alone_and_the_next_script_runs(string source)
    {
        await using var pool = Pool();
        Assert.NotNull((await pool.RunAsync(InProcessWorker.Request(source), Token)).Error);
        var next = await pool.RunAsync(InProcessWorker.Request("1 + 1"), Token);
        Assert.Null(next.Error);
        Assert.Equal("2", next.Value?.ToJsonString());
    }

    /// <summary>The product's own worker, as the appliance starts it.</summary>
    private static ScriptWorkerPool Pool()
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "inboundbridge.dll");
        return new ScriptWorkerPool(Limits, () => ScriptWorkerProcess.Start("dotnet", [executable, "script-worker"], Limits.Memory), TimeProvider.System, size: 1);
    }
}
