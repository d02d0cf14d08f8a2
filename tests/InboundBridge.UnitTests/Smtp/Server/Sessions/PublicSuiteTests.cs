using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>The suites smtp-lines, smtp-dialogues and proxy. As their README says, the class of the reply counts.</summary>
public partial class PublicSuiteTests
{
    private static SmtpTestServer CreateServer(string domain = "example.net") => new()
    {
        Receiver = new RecordingReceiver { Domain = domain },
        Options = new SmtpServerOptions
        {
            Hostname = "mx.example.net",
            Limits = new SmtpLimits { MessageSize = 10 * 1024 * 1024, Errors = 100 }
        },
    };

    [Fact]
    public async Task Smtp_lines()
    {
        var wrong = new List<string>();
        foreach (var test in PublicSuites.Json("smtp-lines/cases.json").EnumerateArray())
        {
            await using var server = CreateServer();
            var client = server.Start();
            await client.ReadReplyAsync();
            foreach (var line in test.GetProperty("pre").EnumerateArray())
                await client.SayAsync(line.GetString()!);
            var reply = await client.SayAsync(test.GetProperty("line").GetString()!);
            var accepted = reply.Length > 0 && reply[0] is '2' or '3';
            if (accepted != (test.GetProperty("expect").GetString() == "accept"))
                wrong.Add($"{test.GetProperty("id")}: {test.GetProperty("line")} -> {reply}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Aiosmtpd_dialogues()
    {
        var wrong = new List<string>();
        foreach (var test in PublicSuites.Json("smtp-dialogues/aiosmtpd.json").EnumerateArray())
        {
            // The suite's own server accepts mail for every domain in it.
            await using var server = CreateServer("example.org");
            var client = server.Start();
            await client.ReadReplyAsync();
            foreach (var step in test.GetProperty("dialogue").EnumerateArray())
            {
                var reply = await client.SayAsync(step[0].GetString()!);
                if (step[1].ValueKind == JsonValueKind.Number && (reply.Length == 0 || reply[0] - '0' != step[1].GetInt32() / 100))
                    wrong.Add($"{test.GetProperty("id")}: {step[0]} -> {reply}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Chasquid_dialogues()
    {
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(PublicSuites.Find("smtp-dialogues/chasquid"), "*.cmy").Order(StringComparer.Ordinal))
            await PlayChasquidAsync(file, wrong);
        Assert.Empty(wrong);
    }

    private static async Task PlayChasquidAsync(string file, List<string> wrong)
    {
        SmtpTestServer? server = null;
        SmtpTestClient? client = null;
        foreach (var line in await File.ReadAllLinesAsync(file))
        {
            if (ChasquidStep().Match(line) is not { Success: true } step)
                continue;
            var text = step.Groups[2].Value;
            switch (step.Groups[1].Value)
            {
                case "tcp_connect":
                    if (server is not null)
                        await server.DisposeAsync();
                    server = CreateServer("testserver");
                    client = server.Start();
                    break;
                case "->":
                    await client!.SendRawAsync(System.Text.Encoding.UTF8.GetBytes(text + "\r\n"));
                    break;
                case "<~" or "<-" or "<...":
                    var reply = await client!.ReadReplyAsync();
                    if (reply.Length == 0 || reply[0] != text[0])
                        wrong.Add($"{Path.GetFileName(file)}: {line} -> {reply}");
                    break;
            }
        }
        if (server is not null)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task Proxy_headers()
    {
        var wrong = new List<string>();
        foreach (var test in PublicSuites.Json("proxy/cases.json").EnumerateArray())
        {
            await using var server =
                new SmtpTestServer { Listener = new SmtpListenerOptions { ProxyProtocol = [IPNetwork.Parse("192.0.2.0/24")] } };
            var client = server.Start();
            await client.SendRawAsync(Convert.FromHexString(test.GetProperty("bytes_hex").GetString()!));
            if (test.GetProperty("id").GetString() == "v2-cut")
                await server.Time.FireNextAsync(TimeSpan.FromSeconds(10));
            var greeting = await client.ReadReplyAsync();
            var valid = test.GetProperty("valid").GetBoolean();
            if (valid != greeting.StartsWith("220 ", StringComparison.Ordinal))
                wrong.Add($"{test.GetProperty("id")}: {greeting}");
            if (valid && Source(test) != server.Peer.ClientIp!.ToString())
                wrong.Add($"{test.GetProperty("id")}: {server.Peer.ClientIp}");
            if (valid && test.GetProperty("expect").TryGetProperty("src_port", out var port)
                && port.GetInt32() != ((IPEndPoint)server.Peer.Remote).Port)
                wrong.Add($"{test.GetProperty("id")}: {server.Peer.Remote}");
        }
        Assert.Empty(wrong);
    }

    /// <summary>The client's address: the header's, or the connection's own.</summary>
    private static string Source(JsonElement test) =>
        test.GetProperty("expect").GetProperty("src").GetString() is { } source && !source.StartsWith('(')
            ? IPAddress.Parse(source).ToString()
            : "192.0.2.7";

    [Fact]
    public void Addresses_from_elsewhere_are_read_by_the_same_grammar()
    {
        Assert.True(SmtpAddressParser.TryParse(" <\"a b\"@B\u00fccher.example> ", out var address));
        Assert.Equal("\"a b\"@xn--bcher-kva.example", address!.ToString());
        Assert.True(SmtpAddressParser.TryParse("Postmaster", out address));
        Assert.Equal("Postmaster", address!.ToString());
        Assert.False(SmtpAddressParser.TryParse("<>", out _));
        Assert.False(SmtpAddressParser.TryParse("a@b c", out _));
        Assert.False(SmtpAddressParser.TryParse("", out _));
    }

    [GeneratedRegex(@"^c (tcp_connect|->|<~|<-|<\.\.\.) ?(.*)$")]
    private static partial Regex ChasquidStep();
}
