using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SenderAuthentication;

/// <summary>Another implementation of DKIM, which signs and verifies many mails in one process.</summary>
internal sealed class SignaturePeer(string name, string program, string script, Dictionary<string, string>? environment = null)
{
    public string Name => name;

    public static SignaturePeer Mailauth()
    {
        var node = PeerPrograms.Node(out var environment);
        return new SignaturePeer("mailauth", node, "signatures.mjs", environment);
    }

    public static async Task<SignaturePeer> DkimpyAsync()
    {
        var python = PeerPrograms.Find("/usr/bin/python3", "python3");
        var probe = await PeerProcess.RunAsync("python3", python, ["-c", "import dkim, nacl"]);
        if (probe.ExitCode != 0)
            PeerPrograms.Missing<string>("dkimpy is missing (Debian package python3-dkim); run ./test once, which installs it");
        return new SignaturePeer("dkimpy", python, "signatures.py");
    }

    /// <returns>The answers, in the order of the orders; null where the peer reports a fault of its own.</returns>
    public async Task<List<JsonElement?>> AskAsync(IEnumerable<JsonObject> orders)
    {
        var file = Path.Combine(Checkout.Root, "tests/InboundBridge.ScenarioTests/SenderAuthentication", script);
        var lines = orders.Select(order => order.ToJsonString()).ToList();
        var input = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        var result = await PeerProcess.RunAsync(name, program, [file], input, environment: environment, deadline: Deadline.InSeconds(900));
        // mailauth prints warnings of its own.
        var answers = result.Succeeded(name).StandardOutput.Split('\n').Where(line => line.StartsWith('{'))
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(lines.Count, answers.Count);
        return [.. answers.Select(answer => answer.TryGetProperty("error", out _) ? (JsonElement?)null : answer)];
    }
}
