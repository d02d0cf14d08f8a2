using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Sections;
using InboundBridge.Hosting.Listening;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.Hosting;

/// <summary>
/// Warms up the code that every start runs, on another core, while the command line and the files are read: most of a start is the runtime
/// loading and compiling code that runs for the first time. Nothing here is kept, opened or listened on, so a refused configuration leaves
/// no trace, and nothing waits for it.
/// </summary>
internal static class StartAhead
{
    /// <summary>A rule with conditions and actions that nearly every configuration uses.</summary>
    private const string Rule = """
        rules:
          - name: a rule
            when: { recipient: "*@example.com", sender: "*@example.org", subject: "*a*" }
            then: [tag: a, webhook: app]
        """;

    /// <summary>Whether these arguments start the appliance: other commands end before this would help them.</summary>
    public static bool IsFor(string[] arguments) => arguments is [] or ["run" or "--config" or "--set", ..];

    /// <summary>An exception here is not lost: the start would fail in the same place and report it.</summary>
    public static Task BeginAsync() => Task.Run(async () =>
    {
        RuntimeHelpers.RunClassConstructor(typeof(RootSection).TypeHandle);
        LoadRule();
        SHA256.HashData([]);
        await MakeServerAsync();
        SpoolAhead.Load();
        await SessionAhead.RunAsync(TimeProvider.System);
    });

    /// <returns>The problems; a test checks that there are none.</returns>
    internal static SourceProblems LoadRule()
    {
        var problems = new SourceProblems();
        RuleSetLoader.Load([new RuleFile("rules.yaml", Rule)], new RuleSetEnvironment
        {
            Destinations = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "webhook" },
            Kinds = DestinationKinds.ForRules,
            Domains = ["example.com"],
            ReadFile = (_, _) => null,
        }, problems);
        return problems;
    }

    private static async Task MakeServerAsync()
    {
        await using var services = WebServer.CreateServices(NullLoggerFactory.Instance, TimeProvider.System).BuildServiceProvider();
        services.GetRequiredService<IServer>();
    }
}
