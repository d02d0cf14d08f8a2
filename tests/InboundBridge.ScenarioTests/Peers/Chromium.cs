using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Debian's chromium through npm playwright-core: goes through steps as an operator would (Peers/node/browser.mjs).</summary>
internal static class Chromium
{
    /// <summary>The folder of the screenshots that scenarios take.</summary>
    public static string Shots { get; } = Path.Combine(Checkout.Root, "artifacts", "ui");

    /// <param name="address">Scheme, host and port.</param>
    /// <param name="mode">Keys <c>script</c> (false: JavaScript is off), <c>scheme</c> (light, dark), <c>width</c>, <c>height</c>,
    /// <c>widths</c> (each page is measured in all of them).</param>
    /// <param name="steps">See the script.</param>
    public static async Task<BrowserReport> RunAsync(string address, JsonObject mode, IEnumerable<JsonObject> steps)
    {
        var node = PeerPrograms.Node(out var environment);
        var order = (JsonObject)mode.DeepClone();
        order["base"] = address;
        order["chromium"] = PeerPrograms.Find("chromium", "chromium");
        order["shots"] = Shots;
        order["steps"] = new JsonArray([.. steps]);
        var result = await PeerProcess.RunAsync(
            "chromium", node, [PeerPrograms.Script("browser.mjs")], JsonSerializer.SerializeToUtf8Bytes(order), environment: environment,
            deadline: Deadline.In(TimeSpan.FromMinutes(10)));
        var line = result.Succeeded("chromium").StandardOutput.Split('\n').Single(line => line.StartsWith('{'));
        return JsonSerializer.Deserialize<BrowserReport>(line, JsonSerializerOptions.Web)!;
    }

    public static JsonObject Go(string path) => new() { ["go"] = path };
}

/// <param name="Offences">What no page may do: see the script.</param>
internal sealed record BrowserReport(IReadOnlyList<SeenPage> Seen, IReadOnlyList<string> Offences)
{
    /// <summary>Fails with all of them.</summary>
    public void AssertNoOffence() => Assert.True(Offences.Count == 0, string.Join('\n', Offences));

    public string TextAt(string step) => Seen.Single(page => page.Step == step).Text;
}

internal sealed record SeenPage(string Step, string Url, string Text);
