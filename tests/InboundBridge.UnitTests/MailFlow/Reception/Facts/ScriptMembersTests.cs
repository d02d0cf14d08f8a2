using System.Net;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Running;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.MailFlow.Reception.Facts;

/// <summary>A script decides the same whether it gets the whole mail or only what it reads.</summary>
public class ScriptMembersTests
{
    /// <summary>Each of them is the first script of its mail, and some need the whole mail.</summary>
    private static readonly string[] Scripts =
    [
        "[message.subject, message.text]",
        "message.subject.indexOf('e') >= 0 && message.text.length > 0",
        "const { html, reply_text: reply } = message; [html, reply]",
        "message['reply_text']",
        "[message.html, message.kind]",
        "[message.from, message.to, message.cc, message.reply_to, message.sender, message.recipient]",
        "[message.id, message.received_at, message.size, message.date, message.message_id, message.in_reply_to, message.references]",
        "message.headers.map(([name, value]) => name.toLowerCase() + value)",
        "[message.envelope, message.calendar, message.report]",
        "[message.text, message.truncated]",
        "[message.attachments, message.problems]",
        "[message.authentication, message.authentication_results, message.signatures, message.raw_url, message.sha256]",
        "Object.keys(message).sort()",
        "JSON.stringify(message)",
        "const it = message; it.text",
        "let all = []; for (const name in message) all.push(name, message[name]); all",
        "(m => m.subject)(message)",
        "`${message?.subject} ${message.nothing} ${'subject' in message}`",
        "message.nothing === undefined",
        "message.text.nothing.at",
    ];

    private static readonly ScriptJson Json = new(WebhookFixture.Services(new RecordingHandler()));

    private static string Folder => Path.Combine(RepositoryFiles.Root, "tests", "testdata", "messages");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Mails => [.. Directory.GetFiles(Folder, "*.eml").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Mails))]
    public async Task A_script_answers_as_if_it_had_the_whole_mail(string name)
    {
        var octets = await File.ReadAllBytesAsync(Path.Combine(Folder, name), Token);
        var whole = ScriptMail.From((await Facts(octets, _ => { }).ReadMessageJsonAsync(null, Token))!.Json).Show(ScriptReads.Everything);
        await using var pool = InProcessWorker.Pool();
        foreach (var text in Scripts)
        {
            var source = ScriptCheck.Examine(new ScriptSource(text, "rules.yaml"), ScriptPurpose.Condition).Source;
            var data = await Facts(octets, _ => { }).ReadMessageJsonAsync(source.Reads.Fields, Token);
            var shown = ScriptMail.From(data!.Json).Show(source.Reads);
            Assert.True(shown.Length <= whole.Length, text);
            Assert.Equal(await AnswerAsync(source, whole), await AnswerAsync(source, shown));
        }

        async Task<(string Text, string? Value, string? Error)> AnswerAsync(ScriptSource source, ReadOnlyMemory<byte> mail)
        {
            var answer = await pool.RunAsync(
                new ScriptRequest(source, ScriptPurpose.Condition, mail, "support@example.com",
                    new Dictionary<string, string>(StringComparer.Ordinal)), Token);
            return (source.Text, answer.Value?.ToJsonString(), answer.Error?.ToString());
        }
    }

    [Fact]
    public async Task What_no_script_reads_is_not_made_and_a_second_script_that_reads_more_gets_everything()
    {
        var made = new List<IReadOnlySet<string>?>();
        var octets = "Subject: a\r\n\r\nb\r\n"u8.ToArray();
        var facts = Facts(octets, made.Add);
        var first = await facts.ReadMessageJsonAsync(Members("subject", "text"), Token);
        Assert.Equal("""{"subject":"a","text":"b\n"}""", Encoding.UTF8.GetString(first!.Json.Span));
        Assert.Same(first, await facts.ReadMessageJsonAsync(Members("text"), Token));
        var second = await facts.ReadMessageJsonAsync(Members("html"), Token);
        Assert.Equal(first.Version, second!.Version);
        Assert.Same(second, await facts.ReadMessageJsonAsync(null, Token));
        Assert.Equal(2, made.Count);
        Assert.Equal(["subject", "text"], made[0]!);
        Assert.Null(made[1]);
    }

    [Theory]
    [InlineData(1000, true, "subject", "text")]
    [InlineData(1000, true)]
    [InlineData(1_000_000, false, "subject")]
    [InlineData(1000, false, "subject", "truncated")]
    [InlineData(1000, false, "attachments")]
    [InlineData(1000, false, "authentication")]
    [InlineData(1000, false, "a_member_of_a_later_version")]
    public void In_doubt_everything_is_made(long size, bool isLess, params string[] read) =>
        Assert.Equal(isLess, ScriptMembers.Enough(Members(read), size) is not null);

    private static HashSet<string> Members(params string[] names) => new(names, StringComparer.Ordinal);

    private static MailFacts Facts(byte[] octets, Action<IReadOnlySet<string>?> made)
    {
        var peer = new SmtpPeer(
            "mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), new IPEndPoint(IPAddress.Loopback, 25));
        var policy = new ReceptionPolicy
        {
            Hostname = "mx.example.com",
            Domains = new LocalDomains(["example.com"]),
            Routing = new RoutingPolicy
            {
                Rules = RuleSet.Empty,
                Evaluator = new RuleEvaluator(),
                Default = new RulesDefault.Hold(),
                ConfigVersion = "test",
            },
            ScriptJson = (message, content, members) =>
            {
                made(members);
                return Json.Compose(message, content, members);
            },
        };
        var transaction = new MailTransaction("m", new MailCommand(new SmtpAddress("al", "customer.example")), peer, policy, default);
        return MailFacts.At(transaction, RuleStage.Body, MailContent.FromMemory(octets), octets.Length);
    }
}
