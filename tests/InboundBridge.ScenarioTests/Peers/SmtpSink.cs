using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>An SMTP or LMTP server that keeps the mail it gets (npm smtp-server).</summary>
internal sealed partial class SmtpSink : IAsyncDisposable
{
    private readonly PeerProcess _process;

    private SmtpSink(PeerProcess process) => _process = process;

    public int Port { get; private set; }

    public string Log => _process.Log;

    public IReadOnlyList<SinkMail> Mails =>
        [.. _process.Lines.Where(line => line.StartsWith('{')).Select(
            line => JsonSerializer.Deserialize<SinkMail>(line, JsonSerializerOptions.Web)!)];

    public static async Task<SmtpSink> StartAsync(PeerFolder folder, string name = "sink", SinkOptions? options = null)
    {
        options ??= new();
        var settings = new JsonObject
        {
            ["folder"] = folder.CreateFolder(
            name),
            ["port"] = options.Port,
            ["lmtp"] = options.Lmtp,
            ["requireTls"] = options.RequireTls
        };
        if (options.User is not null)
            settings["auth"] = new JsonObject { ["user"] = options.User, ["pass"] = options.Password };
        if (options.Certificate is { } certificate)
            (settings["certificate"], settings["key"]) = (certificate.CertificateFile, certificate.KeyFile);
        if (options.Refuse.Count > 0)
            settings["refuse"] = Refusals(options.Refuse);
        var node = PeerPrograms.Node(out var environment);
        var sink = new SmtpSink(
            PeerProcess.Start(name, node, [PeerPrograms.Script("sink.mjs"), settings.ToJsonString()], environment: environment));
        var open = await sink._process.LineAsync(Open());
        sink.Port = int.Parse(open.Groups[1].Value, CultureInfo.InvariantCulture);
        return sink;
    }

    /// <summary>Replaces the set of recipients that are refused.</summary>
    public async Task RefuseAsync(Dictionary<string, (int Code, string Text)> refuse)
    {
        var before = _process.Lines.Count(line => line == "done");
        await _process.TellAsync(new JsonObject { ["refuse"] = Refusals(refuse) }.ToJsonString());
        await Deadline.Usual.UntilAsync(
            () => _process.Lines.Count(line => line == "done") > before, "the sink to follow an order", () => Log);
    }

    public async Task<IReadOnlyList<SinkMail>> WaitForAsync(int mails, Deadline? deadline = null, Func<string>? state = null)
    {
        await (deadline ?? Deadline.Usual).UntilAsync(
            () => Mails.Count >= mails, $"{mails} mails in the sink", () => $"{Log}\n{state?.Invoke()}");
        return Mails;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex(@"^open (\d+)$")]
    private static partial Regex Open();

    private static JsonObject Refusals(Dictionary<string, (int Code, string Text)> refuse) =>
        new([.. refuse.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)new JsonArray(entry.Value.Code, entry.Value.Text)))]);
}

internal sealed record SinkOptions
{
    /// <summary>0 for any free port.</summary>
    public int Port { get; init; }

    public bool Lmtp { get; init; }

    /// <summary>If set, STARTTLS is offered.</summary>
    public TestCertificate? Certificate { get; init; }

    /// <summary>MAIL is refused before STARTTLS.</summary>
    public bool RequireTls { get; init; }

    /// <summary>If set, AUTH is required.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>The reply to RCPT, by recipient.</summary>
    public Dictionary<string, (int Code, string Text)> Refuse { get; init; } = [];
}

/// <summary>A message that the sink has accepted.</summary>
internal sealed record SinkMail(int Number, string File, string From, string[] To, string? User, bool Secure, string Helo, long Arrived)
{
    public byte[] Bytes => System.IO.File.ReadAllBytes(File);
}
