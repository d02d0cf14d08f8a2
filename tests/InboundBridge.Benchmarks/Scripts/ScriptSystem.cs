using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.Scripts;

/// <summary>One build, whose rules refuse every mail of two senders after its data: of one by a script, of the other without.</summary>
internal sealed class ScriptSystem : IAsyncDisposable
{
    public const string PlainSender = "plain@sender.test";
    public const string PlainText = "refused as it is";
    public const string ScriptSender = "script@sender.test";
    public const string ScriptText = "refused by a script";

    // Without it the rules would decide before the data.
    private const string Subject = "*load*";

    private readonly RefusingSession _session = new();

    private ScriptSystem(string name, ServerProcess process)
    {
        Name = name;
        Process = process;
    }

    public string Name { get; }

    public ServerProcess Process { get; }

    public static async Task<ScriptSystem> StartAsync(ApplianceBuild build, ScriptsOptions options, CancellationToken cancellation)
    {
        var folder = Path.Combine(options.Folder, build.Name);
        // Nothing is delivered, so nobody has to listen at the webhook's port.
        var configuration = await ApplianceConfiguration.WriteAsync(
            folder, 0, Rules(options.Script), "webhook", ApplianceConfiguration.Webhook(port: 9, "json"), cancellation);
        // On a busy machine a worker may stand still for longer than the usual 100 ms.
        await File.AppendAllTextAsync(configuration, "scripts: { timeout: 10s }\n", cancellation);
        var (process, port) = await InboundBridgeSystem.LaunchAsync(build, configuration, $"{folder}.log", cancellation);
        var system = new ScriptSystem(build.Name, process);
        try
        {
            system._session.Open(port);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public ScriptResult Measure(int round, int mails, CancellationToken cancellation)
    {
        var others = new CpuWatch(Process);
        var plain = Refuse(PlainSender, PlainText, mails, cancellation);
        var scripted = Refuse(ScriptSender, ScriptText, mails, cancellation);
        return new ScriptResult(Name, round, plain, scripted, others.Read().Others);
    }

    /// <summary>The largest of the workers that live.</summary>
    public WorkerMemory Worker() =>
        ProcessTree.Ids(Process.Id).Where(id => id != Process.Id)
            .Select(id => new WorkerMemory(ProcessTree.Value(id, "status", "VmRSS:"), Own(id)))
            .MaxBy(memory => memory.Resident) ?? throw new InvalidOperationException($"{Name} has no script worker");

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await Process.DisposeAsync();
    }

    public static string Rules(string script) => $"""
        rules:
          - name: plain
            when: {JsonText("sender", PlainSender, "subject", Subject)}
            then: [ reject: {JsonText("text", PlainText)} ]
          - name: script
            when: {JsonText("sender", ScriptSender, "subject", Subject, "script", script)}
            then: [ reject: {JsonText("text", ScriptText)} ]
          - name: everything else
            when: {JsonText("recipient", "*@example.com")}
            then: [ webhook: app ]

        """;

    private static string JsonText(params string[] pairs) =>
        $"{{ {string.Join(", ", pairs.Chunk(2).Select(pair => $"{pair[0]}: {System.Text.Json.JsonSerializer.Serialize(pair[1])}"))} }}";

    private static long Own(int id) =>
        ProcessTree.Value(id, "smaps_rollup", "Private_Clean:") + ProcessTree.Value(id, "smaps_rollup", "Private_Dirty:");

    private RefusalCost Refuse(string sender, string text, int mails, CancellationToken cancellation)
    {
        var waits = new TimeSpan[mails];
        var cpu = Process.Cpu;
        for (var number = 0; number < mails; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            waits[number] = _session.Send(sender, text);
        }

        cpu = Process.Cpu - cpu;
        Array.Sort(waits);
        return new RefusalCost(Spread.Percentile(waits, 50), Spread.Percentile(waits, 99), cpu / mails);
    }
}
