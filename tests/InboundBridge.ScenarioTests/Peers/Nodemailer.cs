using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Sends a message with npm nodemailer.</summary>
internal static class Nodemailer
{
    /// <summary>Lets nodemailer compose the message; <paramref name="mail"/> is the argument of its sendMail.</summary>
    public static async Task<PeerResult> SendAsync(int port, JsonObject mail, bool startTls = false)
    {
        var transport = new JsonObject
        {
            ["host"] = "127.0.0.1",
            ["port"] = port,
            ["name"] = "nodemailer.test",
            ["secure"] = false,
            ["ignoreTLS"] = !startTls,
            ["requireTLS"] = startTls,
            ["tls"] = new JsonObject { ["rejectUnauthorized"] = false },
        };
        var node = PeerPrograms.Node(out var environment);
        var input = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["transport"] = transport, ["mail"] = mail });
        return await PeerProcess.RunAsync("nodemailer", node, [PeerPrograms.Script("send.mjs")], input, environment: environment);
    }

    /// <summary>Sends a complete message.</summary>
    public static Task<PeerResult> SendFileAsync(int port, string file, string from, string[] to, bool startTls = false)
    {
        var recipients = new JsonArray([.. to.Select(address => JsonValue.Create(address))]);
        var envelope = new JsonObject { ["from"] = from, ["to"] = recipients };
        return SendAsync(port, new JsonObject { ["rawFile"] = file, ["envelope"] = envelope }, startTls);
    }
}
