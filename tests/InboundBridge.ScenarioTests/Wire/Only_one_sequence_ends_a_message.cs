using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// A test for SMTP smuggling: a message holds each sequence that some server takes for the end, followed by the commands of a second
/// message. It must stay one message or be refused, and the second message must not exist.
/// </summary>
public sealed class Only_one_sequence_ends_a_message(Only_one_sequence_ends_a_message.Modes modes)
    : IClassFixture<Only_one_sequence_ends_a_message.Modes>
{
    private const string End = "\r\n.\r\n";

    private const string First = "Subject: probe\r\n\r\nbefore";

    private const string Smuggled =
        "MAIL FROM:<mallory@sender.test>\r\nRCPT TO:<smuggled@example.com>\r\nDATA\r\nSubject: smuggled\r\n\r\nafter";

    // Fewer than the limit on connections from one client.
    private const int Parallel = 16;

    [Theory]
    [InlineData("reject")]
    [InlineData("normalize")]
    public async Task Whatever_it_looks_like(string mode)
    {
        var counts = await Counts.OfAsync(modes.Of(mode));
        var taken = 0;
        await System.Threading.Tasks.Parallel.ForEachAsync(
            EndsOfData.All, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (end, _) =>
        {
            await using var conversation = await OpenMessageAsync(counts.Appliance);
            await conversation.WriteAsync(Probe(end));
            if (await OneReplyAsync(conversation, end, mode))
                Interlocked.Increment(ref taken);
        });
        Assert.Equal((taken, 0), await counts.GrownAsync());
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{EndsOfData.All.Count()} sequences, {taken} of them as part of one message, the others refused");
    }

    [Theory]
    [InlineData("reject")]
    [InlineData("normalize")]
    public async Task In_pieces_of_any_size(string mode)
    {
        var counts = await Counts.OfAsync(modes.Of(mode));
        var taken = 0;
        await System.Threading.Tasks.Parallel.ForEachAsync(
            EndsOfData.Known, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (end, _) =>
        {
            await using var conversation = await OpenMessageAsync(counts.Appliance);
            var probe = Probe(end);
            await conversation.WritePieceAsync(probe[..First.Length]);
            for (var index = 0; index < end.Length; index++)
                await conversation.WritePieceAsync([probe[First.Length + index]]);
            await conversation.WriteAsync(probe[(First.Length + end.Length)..]);
            if (await OneReplyAsync(conversation, end, mode))
                Interlocked.Increment(ref taken);
        });
        Assert.Equal((taken, 0), await counts.GrownAsync());
    }

    /// <summary>The real end, split into pieces in all ways, with the next octet in the same piece and in another.</summary>
    [Fact]
    public async Task The_real_end_is_found_in_any_pieces()
    {
        var counts = await Counts.OfAsync(modes.Of("reject"));
        var cuts = Enumerable.Range(0, 1 << (End.Length + 1)).ToList();
        await System.Threading.Tasks.Parallel.ForEachAsync(
            cuts, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (cut, _) =>
        {
            await using var conversation = await OpenMessageAsync(counts.Appliance);
            var octets = EndsOfData.Octets($"Subject: cut\r\n\r\nx{End}QUIT\r\n");
            var (written, first) = (0, Array.IndexOf(octets, (byte)'x') + 1);
            for (var bit = 0; bit <= End.Length; bit++)
            {
                if ((cut & (1 << bit)) == 0)
                    continue;
                await conversation.WritePieceAsync(octets[written..(first + bit)]);
                written = first + bit;
            }

            await conversation.WriteAsync(octets[written..]);
            Assert.Equal(["250", "221"], (await conversation.RepliesToTheEndAsync()).Select(reply => reply[..3]));
        });
        Assert.Equal((cuts.Count, 0), await counts.GrownAsync());
    }

    /// <summary>The control: after the real end the second message exists, so the test would detect it elsewhere.</summary>
    [Fact]
    public async Task After_the_real_end_there_is_a_second_message()
    {
        var counts = await Counts.OfAsync(modes.Of("reject"));
        await using var conversation = await OpenMessageAsync(counts.Appliance);
        await conversation.WriteAsync(Probe(End));
        Assert.Equal(["250", "250", "250", "354", "250", "221"], (await conversation.RepliesToTheEndAsync()).Select(reply => reply[..3]));
        Assert.Equal((2, 1), await counts.GrownAsync());
    }

    [Fact]
    public async Task Chunks_are_counted_and_not_read()
    {
        var counts = await Counts.OfAsync(modes.Of("reject"));
        var content = EndsOfData.Octets($"Subject: chunk\r\n\r\n{string.Concat(EndsOfData.Known)}{End}{Smuggled}{End}QUIT\r\n");
        await using var conversation = await OpenMessageAsync(counts.Appliance, "chunks", data: false);
        await conversation.WriteAsync(EndsOfData.Octets($"BDAT {content.Length - 10}\r\n"));
        await conversation.WriteAsync(content[..^10]);
        await conversation.WriteAsync("BDAT 10 LAST\r\n"u8.ToArray());
        await conversation.WriteAsync(content[^10..]);
        await conversation.WriteAsync("QUIT\r\n"u8.ToArray());
        Assert.Equal(["250", "250", "221"], (await conversation.RepliesToTheEndAsync()).Select(reply => reply[..3]));
        Assert.Equal((1, 0), await counts.GrownAsync());
        var stored = Assert.Single(await counts.Appliance.MailsAsync("recipient=chunks@example.com"));
        Assert.True(stored.AsSpan().EndsWith(content), System.Text.Encoding.Latin1.GetString(stored));
    }

    [Fact]
    public async Task Chunks_and_data_do_not_mix()
    {
        (string Commands, string Replies)[] cases =
        [
            ("BDAT 5\r\nhelloDATA\r\nQUIT\r\n", "250 503 221"),
            ("BDAT 5\r\nhelloDATA\r\nBDAT 0 LAST\r\nQUIT\r\n", "250 503 250 221"),
            ("DATA\r\nBDAT 5 LAST\r\nhello\r\n.\r\nQUIT\r\n", "354 250 221"),
            ("BDAT +5 LAST\r\nhelloQUIT\r\n", "501"),
            ("BDAT -5 LAST\r\nhelloQUIT\r\n", "501"),
            ("BDAT 0x5 LAST\r\nhelloQUIT\r\n", "501"),
            ("BDAT 5, LAST\r\nhelloQUIT\r\n", "501"),
            ("BDAT 5 LASTLY\r\nhelloQUIT\r\n", "501"),
            ("BDAT 18446744073709551621 LAST\r\nhelloQUIT\r\n", "501"),
            ("BDAT  LAST\r\nhelloQUIT\r\n", "501"),
        ];
        var counts = await Counts.OfAsync(modes.Of("reject"));
        foreach (var (commands, replies) in cases)
        {
            await using var conversation = await OpenMessageAsync(counts.Appliance, data: false);
            await conversation.WriteAsync(EndsOfData.Octets(commands));
            Assert.Equal($"{commands}: {replies}",
                $"{commands}: {string.Join(' ', (await conversation.RepliesToTheEndAsync()).Select(reply => reply[..3]))}");
        }
    }

    private static byte[] Probe(string end) => EndsOfData.Octets($"{First}{end}{Smuggled}{End}QUIT\r\n");

    private static async Task<SmtpConversation> OpenMessageAsync(Appliance appliance, string to = "probe", bool data = true)
    {
        var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith("250", await conversation.AskAsync("MAIL FROM:<al@sender.test>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await conversation.AskAsync($"RCPT TO:<{to}@example.com>"), StringComparison.Ordinal);
        if (data)
            Assert.StartsWith("354", await conversation.AskAsync("DATA"), StringComparison.Ordinal);
        return conversation;
    }

    /// <summary>Asserts one reply to the message and one to QUIT; true when the message was accepted.</summary>
    private static async Task<bool> OneReplyAsync(SmtpConversation conversation, string end, string mode)
    {
        var replies = await conversation.RepliesToTheEndAsync();
        var refused = mode == "reject" && EndsOfData.HasBareNewline(end);
        var right = replies.Count == 2 && replies[0].StartsWith(refused ? "550 5.6.11" : "250 2.0.0", StringComparison.Ordinal)
            && replies[1].StartsWith("221", StringComparison.Ordinal);
        Assert.True(right, $"{EndsOfData.Name(end)} with bare_newline: {mode} was answered with:\n{string.Join('\n', replies)}");
        return !refused;
    }

    /// <summary>
    /// The number of messages in an appliance, and how many of them were smuggled in. Other tests may have sent some before.
    /// </summary>
    private sealed record Counts(Appliance Appliance, int Messages, int Smuggled)
    {
        public static async Task<Counts> OfAsync(Appliance appliance)
        {
            var smuggled = (await appliance.MailsAsync("recipient=smuggled@example.com")).Count;
            return new Counts(appliance, (int)await appliance.MetricAsync("inboundbridge_messages_received_total"), smuggled);
        }

        public async Task<(int Messages, int Smuggled)> GrownAsync()
        {
            var now = await OfAsync(Appliance);
            return (now.Messages - Messages, now.Smuggled - Smuggled);
        }
    }

    /// <summary>An appliance for each value of <c>bare_newline</c>.</summary>
    public sealed class Modes : IAsyncLifetime
    {
        private readonly Dictionary<string, Appliance> _appliances = [];
        private readonly List<PeerFolder> _folders = [];

        internal Appliance Of(string mode) => _appliances[mode];

        public async ValueTask InitializeAsync()
        {
            foreach (var mode in new[] { "reject", "normalize" })
            {
                var folder = new PeerFolder();
                _folders.Add(folder);
                _appliances[mode] = await Appliance.StartAsync(folder, ApplianceSetup.Write(
                    folder,
                    ApplianceSetup.Everything("hold: probe"),
                    [],
                    smtp: $$"""bare_newline: {{mode}}, listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}" }]"""));
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var appliance in _appliances.Values)
                await appliance.DisposeAsync();
            _folders.ForEach(folder => folder.Dispose());
        }
    }
}
