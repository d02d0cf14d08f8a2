using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// Messages hold each sequence that some server takes for the end, followed by the commands of a second message. They are delivered to
/// servers that record the octets, and to a Postfix that is vulnerable (CVE-2023-51764).
/// </summary>
public sealed class Delivered_mail_smuggles_nothing : IDisposable
{
    private const string Smuggled =
        "MAIL FROM:<mallory@sender.test>\r\nRCPT TO:<smuggled@example.com>\r\nDATA\r\nSubject: smuggled\r\n\r\nafter\r\n";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Reception converts bare CR and LF to CRLF. A disguised sequence thus becomes a line with a dot, and delivery doubles the dot.
    /// </summary>
    [Fact]
    public async Task After_line_ends_were_normalized()
    {
        await using var peers = await Peerage.StartAsync(_folder, "normalize");
        foreach (var end in EndsOfData.Known)
        {
            await using var conversation = await SmtpConversation.OpenAsync(peers.Appliance.SmtpPort);
            await BeginAsync(conversation);
            Assert.StartsWith("354", await conversation.AskAsync("DATA"), StringComparison.Ordinal);
            await conversation.WriteAsync(EndsOfData.Octets($"{Mail(end)}.\r\n"));
            Assert.StartsWith("250", await conversation.ReplyAsync(), StringComparison.Ordinal);
        }

        await peers.Appliance.QueueEmptyAsync();
        foreach (var recorder in peers.Recorders)
        {
            Assert.Equal(EndsOfData.Known.Length, recorder.Mails.Count);
            Assert.All(recorder.Mails, AssertUnmistakable);
        }

        await AssertInboxAsync(peers, peers.Old, EndsOfData.Known.Length);
        await AssertInboxAsync(peers, peers.New, EndsOfData.Known.Length);
    }

    /// <summary>
    /// By BDAT they come in unchanged. They are delivered by BDAT, or converted to 7 bit; LMTP, which converts nothing, does not get them.
    /// </summary>
    [Fact]
    public async Task After_they_came_in_chunks()
    {
        await using var peers = await Peerage.StartAsync(_folder, "reject");
        string[] ends = [.. EndsOfData.Known, "\r\n.\r\n"];
        foreach (var end in ends)
        {
            await using var conversation = await SmtpConversation.OpenAsync(peers.Appliance.SmtpPort);
            await BeginAsync(conversation);
            await conversation.WriteAsync(EndsOfData.Octets($"BDAT {Mail(end).Length} LAST\r\n{Mail(end)}"));
            Assert.StartsWith("250", await conversation.ReplyAsync(), StringComparison.Ordinal);
        }

        await peers.Appliance.QueueEmptyAsync();
        var clean = ends.Count(end => !EndsOfData.HasBareNewline(end));
        foreach (var recorder in peers.Recorders)
        {
            Assert.Equal(recorder is { Lmtp: true, Chunking: false } ? clean : ends.Length, recorder.Mails.Count);
            Assert.All(recorder.Mails, AssertUnmistakable);
        }

        Assert.All(peers.Recorders.Where(recorder => recorder.Chunking), recorder => Assert.Equal(
            ends.Length - clean, recorder.Mails.Count(mail => mail.Chunked)));
        await AssertInboxAsync(peers, peers.Old, ends.Length);
        await AssertInboxAsync(peers, peers.New, ends.Length);
        Assert.Equal(ends.Length - clean, await peers.Appliance.DeliveriesAsync("dead"));
    }

    /// <summary>The control: sent directly to that Postfix, the same message becomes two.</summary>
    [Fact]
    public async Task A_vulnerable_postfix_takes_it_for_two_messages()
    {
        await using var old = await Peerage.StartOldPostfixAsync(_folder);
        await using var conversation = await SmtpConversation.OpenAsync(old.Port);
        await BeginAsync(conversation);
        Assert.StartsWith("354", await conversation.AskAsync("DATA"), StringComparison.Ordinal);
        await conversation.WriteAsync(EndsOfData.Octets($"{Mail("\n.\r\n")}.\r\nQUIT\r\n"));
        await conversation.RepliesToTheEndAsync();
        await old.WaitForAsync(2);
    }

    private static string Mail(string end) => $"Subject: probe\r\n\r\nbefore{end}{Smuggled}";

    private static async Task BeginAsync(SmtpConversation conversation)
    {
        Assert.StartsWith("250", await conversation.AskAsync("MAIL FROM:<al@sender.test>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await conversation.AskAsync("RCPT TO:<probe@example.com>"), StringComparison.Ordinal);
    }

    /// <summary>
    /// No server can find an end in the middle: by DATA there is no bare CR or LF, and no line that begins with a single dot.
    /// </summary>
    private static void AssertUnmistakable(RecordedMail mail)
    {
        if (mail.Chunked)
            return;
        var text = System.Text.Encoding.Latin1.GetString(mail.Octets);
        Assert.False(EndsOfData.HasBareNewline(text), text);
        var lines = text.Split("\r\n");
        Assert.Equal([".", ""], lines[^2..]);
        Assert.DoesNotContain(lines[..^2], line => line.StartsWith('.') && !line.StartsWith("..", StringComparison.Ordinal));
    }

    /// <summary>Postfix logs a line for each message that it accepts.</summary>
    private static async Task AssertInboxAsync(Peerage peers, Postfix postfix, int mails)
    {
        await postfix.WaitForAsync(mails, state: () => peers.Appliance.Log);
        Assert.Equal(mails, postfix.Log.Split('\n').Count(line => line.Contains(": client=", StringComparison.Ordinal)));
        Assert.DoesNotContain("mallory", postfix.Log, StringComparison.Ordinal);
    }

    /// <summary>The appliance and its destinations; every message goes to all of them.</summary>
    private sealed class Peerage : IAsyncDisposable
    {
        public required Appliance Appliance { get; init; }

        public required RecordingServer[] Recorders { get; init; }

        /// <summary>Without CHUNKING, and accepting bare LF as a line end.</summary>
        public required Postfix Old { get; init; }

        public required Postfix New { get; init; }

        public static Task<Postfix> StartOldPostfixAsync(PeerFolder folder) => Postfix.StartTargetAsync(
            folder, "old",
            more: "smtpd_discard_ehlo_keywords = chunking\nsmtpd_forbid_bare_newline = no\nsmtpd_forbid_unauth_pipelining = no");

        public static async Task<Peerage> StartAsync(PeerFolder folder, string mode)
        {
            RecordingServer[] recorders = [new(), new(chunking: true), new(lmtp: true), new(lmtp: true, chunking: true)];
            var (old, recent) = (await StartOldPostfixAsync(folder), await Postfix.StartTargetAsync(folder, "new"));
            var configuration = ApplianceSetup.Write(
                folder,
                ApplianceSetup.Everything(
                    "relay: plain", "relay: chunking", "lmtp: lmtp-plain", "lmtp: lmtp-chunking", "relay: old", "relay: new"),
                [
                    ApplianceSetup.Relay("plain", recorders[0].Port),
                    ApplianceSetup.Relay("chunking", recorders[1].Port),
                    ApplianceSetup.Lmtp("lmtp-plain", $"127.0.0.1:{recorders[2].Port}"),
                    ApplianceSetup.Lmtp("lmtp-chunking", $"127.0.0.1:{recorders[3].Port}"),
                    ApplianceSetup.Relay("old", old.Port),
                    ApplianceSetup.Relay("new", recent.Port),
                ],
                smtp: $$"""bare_newline: {{mode}}, listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}" }]""");
            return new Peerage
            {
                Appliance = await Appliance.StartAsync(
                folder, configuration),
                Recorders = recorders,
                Old = old,
                New = recent
            };
        }

        public async ValueTask DisposeAsync()
        {
            await Appliance.DisposeAsync();
            await Old.DisposeAsync();
            await New.DisposeAsync();
            foreach (var recorder in Recorders)
                await recorder.DisposeAsync();
        }
    }
}
