using System.Net;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Queue;
using InboundBridge.UnitTests.MailFlow.Reception;
using InboundBridge.UnitTests.MailFlow.Reception.Asking;
using InboundBridge.UnitTests.MailFlow.Scanning;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>Runs every row of the table "Refusals" in docs/smtp.md, by its first column, and returns the refusal.</summary>
internal static class RefusalScenes
{
    private const string Hello = "EHLO client.example";
    private const string Mail = "MAIL FROM:<a@client.example>";
    private const string Rcpt = "RCPT TO:<b@example.com>";
    private const string WrongPassword = "AUTH PLAIN AHVzZXIAd3Jvbmc=";
    private const string RightPassword = "AUTH PLAIN AHVzZXIAcGVuY2ls";

    private static readonly SmtpListenerOptions StartTls =
        new() { Tls = SmtpTlsMode.StartTls, TlsOptions = TestCertificates.ServerOptions };

    public static IReadOnlyDictionary<string, Func<RefusalRun, Task<string>>> All { get; } = new Dictionary<string, Func<RefusalRun,
        Task<string>>>(StringComparer.Ordinal)
    {
        ["total connections"] = run => TwoAsync(run, new() { Connections = 1 }, "192.0.2.1", "198.51.100.1"),
        ["connections from one IPv4 address"] = run => TwoAsync(run, new() { ConnectionsPerClient = 1 }, "192.0.2.1", "192.0.2.1"),
        ["connections from one IPv6 /64"] = run => TwoAsync(run, new() { ConnectionsPerClient = 1 }, "2001:db8::1", "2001:db8::ffff:2"),
        ["talk before the greeting"] = EarlyAsync,
        ["talk within the greeting delay"] = ImpatientAsync,
        ["no PROXY header from a listed proxy"] = UnannouncedAsync,
        ["a TLS handshake that fails"] = GarbledHandshakeAsync,
        ["closing down"] = ClosingAsync,
        ["a command that is not known"] = run => run.SayAsync(new(), "BOGUS"),
        ["a command that is not implemented"] = run => run.SayAsync(new(), Hello, "SEND FROM:<a@client.example>"),
        ["a command out of order"] = run => run.SayAsync(new(), Hello, Rcpt),
        ["arguments that can't be parsed"] = run => run.SayAsync(new(), "EHLO [192.0.2.777]"),
        ["a command line with control characters"] = run => run.SayAsync(new(), "NOOP \u0001"),
        ["a command line that ends with a bare LF"] = run => run.SayAsync(new(), "NOOP\nNOOP"),
        ["bad commands"] = run => run.SayAsync(RefusalScene.With(new() { Errors = 1 }), "BOGUS", "BOGUS"),
        ["commands that move no message"] = run =>
            run.SayAsync(RefusalScene.With(new() { IdleCommandsPerMinute = 2 }), "NOOP", "NOOP", "NOOP"),
        ["a command line that is too long"] = run => run.SayAsync(new(), "NOOP " + new string('x', 3000)),
        ["a command line without an end"] = EndlessAsync,
        ["no command in time"] = run => run.WaitAsync(new(), TimeSpan.FromMinutes(6), Hello),
        ["a message that takes too long"] = run => run.WaitAsync(
            RefusalScene.With(new() { MinimumRate = 0 }), TimeSpan.FromMinutes(11), Hello, Mail, "RCPT TO:<b@example.net>", "DATA"),
        ["a message below the minimum rate"] = run =>
            run.WaitAsync(new(), TimeSpan.FromSeconds(31), Hello, Mail, "RCPT TO:<b@example.net>", "DATA"),
        ["octets after STARTTLS"] = run => run.SayAsync(new() { Listener = StartTls }, Hello, "STARTTLS\r\nNOOP"),
        ["no TLS where it is required"] = run =>
            run.SayAsync(new() { Listener = StartTls with { Tls = SmtpTlsMode.Require } }, Hello, Mail),
        ["no TLS where it is required, before there is a certificate"] = run =>
            run.SayAsync(new() { Listener = new() { Tls = SmtpTlsMode.Require } }, Hello, Mail),
        ["no AUTH where it is required"] = run => run.SayAsync(RefusalScene.Submission(), Hello, Mail),
        ["AUTH in the clear"] = run =>
            run.SayAsync(RefusalScene.Submission(new() { Authenticator = new TestAuthenticator() }), Hello, RightPassword),
        ["a wrong password"] = run => run.SayAsync(RefusalScene.Submission(), Hello, WrongPassword),
        ["the third wrong password"] = run => run.SayAsync(RefusalScene.Submission(), Hello, WrongPassword, WrongPassword, WrongPassword),
        ["AUTH that the client cancels"] = run => run.SayAsync(RefusalScene.Submission(), Hello, "AUTH LOGIN", "*"),
        ["AUTH while the user store fails"] = run => run.SayAsync(RefusalScene.Submission(), Hello, "AUTH PLAIN AGJyb2tlbgB4"),
        ["wrong passwords from one network"] = GuessingNetworkAsync,
        ["XCLIENT from strangers"] = run => run.SayAsync(new(), Hello, "XCLIENT ADDR=192.0.2.99"),
        ["ETRN for a domain that the client may not ask for"] = run =>
            ReceivedAsync(run, Trusting(turnQueue: true), null, Hello, "ETRN example.com"),
        ["ATRN without AUTH"] = run => run.SayAsync(Odmr, Hello, "ATRN"),
        ["octets after ATRN"] = run => run.SayAsync(Odmr, Hello, RightPassword, "ATRN\r\n220 ready"),
        ["ATRN for a domain that is not the user's"] = run => ReceivedAsync(
            run, Odmr, policy => policy with { Collect = Collecting("branch.example") }, Hello, RightPassword, "ATRN elsewhere.example"),
        ["ATRN when there is no mail"] = run => ReceivedAsync(
            run, Odmr, policy => policy with { Collect = Collecting("branch.example") }, Hello, RightPassword, "ATRN"),
        ["ATRN that can't be answered now"] = run => run.SayAsync(Odmr, Hello, RightPassword, "ATRN busy.example"),
        ["a declared size over the limit"] = run =>
            run.SayAsync(RefusalScene.With(new() { MessageSize = 1000 }), Hello, $"{Mail} SIZE=1001"),
        ["a sender address that can't be parsed"] = run => run.SayAsync(new(), Hello, "MAIL FROM:<a..b@client.example>"),
        ["a malformed parameter"] = run => run.SayAsync(new(), Hello, $"{Mail} SIZE=x"),
        ["an unknown parameter"] = run => run.SayAsync(new(), Hello, $"{Mail} SIZES=1"),
        ["an address outside ASCII without SMTPUTF8"] = run => run.SayAsync(new(), Hello, "MAIL FROM:<ä@client.example>"),
        ["a spool that can't keep mail"] = run => StuckAsync(run, SpoolCondition.Failing),
        ["less than spool.minimum_free"] = run => StuckAsync(run, SpoolCondition.DiskLow),
        ["messages on one connection"] = run =>
            run.SayAsync(RefusalScene.With(new() { MessagesPerConnection = 1 }), Hello, Mail, "RSET", Mail),
        ["rate_limits: client"] = run =>
            RateAsync(run, SmtpRateKey.Client, new(), Hello, Mail, "RSET", "MAIL FROM:<other@elsewhere.example>"),
        ["rate_limits: sender"] = run => RateAsync(run, SmtpRateKey.Sender, new(), Hello, Mail, "RSET", Mail),
        ["rate_limits: sender_domain"] = run =>
            RateAsync(run, SmtpRateKey.SenderDomain, new(), Hello, Mail, "RSET", "MAIL FROM:<other@client.example>"),
        ["rate_limits: user"] = run => RateAsync(
            run, SmtpRateKey.User, RefusalScene.Submission(), Hello, RightPassword, Mail, "RSET", "MAIL FROM:<other@elsewhere.example>"),
        ["rate_limits: recipient"] = run =>
            RateAsync(run, SmtpRateKey.Recipient, new(), Hello, Mail, "RCPT TO:<b@example.net>", "RCPT TO:<b@example.net>"),
        ["a sender address that is not the user's"] = run =>
            ReceivedAsync(run, RefusalScene.Submission(), null, Hello, RightPassword, Mail),
        ["recipients of one message"] = run =>
            run.SayAsync(RefusalScene.With(new() { Recipients = 1 }), Hello, Mail, "RCPT TO:<b@example.net>", "RCPT TO:<c@example.net>"),
        ["a recipient address that can't be parsed"] = run => run.SayAsync(new(), Hello, Mail, "RCPT TO:<b@example..net>"),
        ["a recipient that is not ours"] = run => ReceivedAsync(run, new(), null, Hello, Mail, "RCPT TO:<b@elsewhere.example>"),
        ["no confirmed client name (iprev: enforce)"] = run => EnforcedAsync(run, new() { Iprev = Refuses }, _ => { }, Hello, Mail, Rcpt),
        ["a client name that can't be looked up now (iprev: defer)"] = run => EnforcedAsync(
            run, new() { Iprev = Defers }, zone => zone.Failing("7.2.0.192.in-addr.arpa"), Hello, Mail, Rcpt),
        ["SPF fails (spf: enforce)"] = run => EnforcedAsync(
            run, new() { Spf = Refuses }, zone => zone.Txt("client.example", "v=spf1 -all"), Hello, Mail, Rcpt),
        ["SPF can't be checked now (spf: defer)"] = run => EnforcedAsync(
            run, new() { Spf = Defers }, zone => zone.Failing("client.example"), Hello, Mail, Rcpt),
        ["no DKIM signature that passes (dkim: enforce)"] = run => EnforcedAsync(
            run, new() { Dkim = Refuses }, _ => { }, Hello, Mail, Rcpt, "DATA", Body("x")),
        ["a DKIM key that can't be looked up now (dkim: defer)"] = run => EnforcedAsync(
            run, new() { Dkim = Defers }, zone => zone.Failing("s1._domainkey.customer.example"), Hello, Mail, Rcpt, "DATA",
            SenderScene.Signed + "."),
        ["DMARC fails with policy reject (dmarc: enforce)"] = run => EnforcedAsync(
            run, new() { Dmarc = Refuses }, zone => zone.Txt("_dmarc.client.example", "v=DMARC1; p=reject"), Hello, Mail, Rcpt, "DATA",
            "From: <a@client.example>\r\n" + Body("x")),
        ["DMARC can't tell the author (dmarc: enforce)"] = run => EnforcedAsync(
            run, new() { Dmarc = Refuses }, _ => { }, Hello, Mail, Rcpt, "DATA", "From: <a@b.example> <a@client.example>\r\n" + Body("x")),
        ["DMARC can't be checked now (dmarc: defer)"] = run => EnforcedAsync(
            run, new() { Dmarc = Defers }, zone => zone.Failing("_dmarc.client.example"), Hello, Mail, Rcpt, "DATA",
            "From: <a@client.example>\r\n" + Body("x")),
        ["a rewritten sender that we did not make (SRS)"] = run =>
            ReceivedAsync(run, new(), Returning, Hello, Mail, "RCPT TO:<SRS0=FAKE=2V=otherdomain.com=test@srs.example.com>"),
        ["a rewritten sender of more than 21 days ago"] = run =>
            ReceivedAsync(run, new(), Returning, Hello, Mail, "RCPT TO:<SRS0=te87=T7=otherdomain.com=test@srs.example.com>"),
        ["a recipient that does not exist"] = run => ReceivedAsync(run, new(), Directory(RecipientAnswer.No), Hello, Mail, Rcpt),
        ["a recipient that can't be verified now"] = run =>
            ReceivedAsync(run, new(), Directory(RecipientAnswer.Unknown("down")), Hello, Mail, Rcpt),
        ["a rule's refusal"] = run => ReceivedAsync(run, new(), null, Hello, Mail, "RCPT TO:<refused@example.com>"),
        ["a rule's deferral"] = run => ReceivedAsync(run, new(), null, Hello, Mail, "RCPT TO:<later@example.com>"),
        ["a webhook that refuses the message (mode: sync)"] = run => AskedAsync(run, isTemporary: false),
        ["a webhook that defers the message (mode: sync)"] = run => AskedAsync(run, isTemporary: true),
        ["a stranger who has to wait (greylist)"] = run =>
            ReceivedAsync(run, new(), policy => policy with { Greylist = new GreylistTerms() }, Hello, Mail, Rcpt),
        ["DATA after every recipient was refused"] = run => run.SayAsync(new(), Hello, Mail, "RCPT TO:<unknown@example.net>", "DATA"),
        ["a rule that needs a fact which can't be found out now"] = run =>
            ReceivedAsync(run, new(), Silent, Hello, Mail, "RCPT TO:<scanned@example.com>", "DATA", Body("x")),
        ["a payload that shows the answer of a scanner which gives none"] = run => ReceivedAsync(
            run, new(), policy => Silent(policy) with { ScansShown = _ => ScanKinds.Virus }, Hello, Mail, Rcpt, "DATA", Body("x")),
        ["an internal fault"] = run => run.SayAsync(new(), Hello, Mail, "RCPT TO:<broken@example.net>", "DATA", Body("x")),
        ["a message over the size limit"] = run => run.SayAsync(
            RefusalScene.With(new() { MessageSize = 1000 }), Hello, Mail, "RCPT TO:<b@example.net>", "DATA", Body(new string('x', 2000))),
        ["a header over its limit"] = run => run.SayAsync(RefusalScene.With(
            new() { HeaderSize = 1000 }), Hello, Mail, "RCPT TO:<b@example.net>", "DATA", $"A: {new string('x', 2000)}\r\n."),
        ["a bare CR or LF in a message"] = run => run.SayAsync(new(), Hello, Mail, "RCPT TO:<b@example.net>", "DATA", Body("a\nb")),
        ["more than 50 hops"] = run => ReceivedAsync(
            run, new(), null, Hello, Mail, Rcpt, "DATA", string.Concat(Enumerable.Repeat("Received: by x; now\r\n", 51)) + Body("x")),
        ["a message delivered to the same address before"] = run =>
            ReceivedAsync(run, new(), null, Hello, Mail, Rcpt, "DATA", "Delivered-To: B@example.com\r\n" + Body("x")),
    };

    private static RefusalScene Odmr => RefusalScene.With(new()) with
    {
        Mode = SmtpListenerMode.Odmr,
        Listener = new() { Authenticator = new TestAuthenticator(), AllowPlaintextAuthentication = true },
    };

    private static Dictionary<string, LocalDomains> Collecting(string domain) =>
        new(StringComparer.Ordinal) { ["user"] = new LocalDomains([domain]) };

    private static EnforcedCheck Refuses => new(Refuses: true, Defers: false);

    private static EnforcedCheck Defers => new(Refuses: true, Defers: true);

    private static string Body(string text) => $"Subject: x\r\n\r\n{text}\r\n.";

    private static RefusalScene Trusting(bool turnQueue) =>
        new() { Options = new() { Hostname = "mx.example.net", TurnQueue = turnQueue } };

    private static ReceptionPolicy Returning(ReceptionPolicy policy) =>
        policy with { Returned = new RewrittenSenders([("out", new SrsOptions { Domain = "srs.example.com", Secrets = ["tops3cr3t"] })]) };

    private static Func<ReceptionPolicy, ReceptionPolicy> Directory(RecipientAnswer answer) =>
        policy => policy with { Recipients = new RecipientDirectory(null, [new FixedSource(answer)], TimeSpan.Zero, TimeProvider.System) };

    private static async Task<string> TwoAsync(RefusalRun run, SmtpLimits limits, string first, string second)
    {
        var scene = RefusalScene.With(limits);
        Assert.StartsWith("220", await run.SayAsync(scene.From(first)), StringComparison.Ordinal);
        return await run.SayAsync(scene.From(second));
    }

    private static async Task<string> EarlyAsync(RefusalRun run)
    {
        var (near, client) = SmtpTestServer.InMemoryPipes();
        await client.SendRawAsync("EHLO client.example\r\n");
        return await run.Server(new()).Start(near, client).ReadReplyAsync();
    }

    private static async Task<string> EndlessAsync(RefusalRun run)
    {
        var client = run.Server(new()).Start();
        await client.ReadReplyAsync();
        await client.SendRawAsync(new string('x', 70_000));
        return await client.ReadReplyAsync();
    }

    private static async Task<string> ImpatientAsync(RefusalRun run)
    {
        var client = run.Server(new() { Options = new() { Hostname = "mx.example.net", GreetingDelay = TimeSpan.FromSeconds(5) } }).Start();
        await client.SendRawAsync("EHLO client.example\r\n");
        return await client.ReadReplyAsync();
    }

    private static async Task<string> UnannouncedAsync(RefusalRun run)
    {
        var client = run.Server(new() { Listener = new() { ProxyProtocol = [IPNetwork.Parse("192.0.2.0/24")] } }).Start();
        await client.SendRawAsync("EHLO client.example\r\n");
        return await client.ReadReplyAsync();
    }

    private static async Task<string> GarbledHandshakeAsync(RefusalRun run)
    {
        var client = run.Server(new() { Listener = StartTls with { Tls = SmtpTlsMode.Implicit } }).Start();
        await client.SendRawAsync("EHLO client.example\r\n\r\n");
        await client.EndInputAsync();
        await run.EndAsync();
        return "";
    }

    private static async Task<string> ClosingAsync(RefusalRun run)
    {
        var server = run.Server(new());
        var client = server.Start();
        await client.ReadReplyAsync();
        server.Shutdown();
        return await client.ReadReplyAsync();
    }

    private static async Task<string> GuessingNetworkAsync(RefusalRun run)
    {
        for (var i = 0; i < 20; i++)
            (await run.State.Authentications.BeginAsync(IPAddress.Parse("192.0.2.7"), CancellationToken.None))!.Dispose();
        return await run.SayAsync(RefusalScene.Submission(), Hello, RightPassword);
    }

    private static Task<string> RateAsync(RefusalRun run, SmtpRateKey key, RefusalScene scene, params string[] lines)
    {
        run.State = run.State with { Rates = new SmtpRateLimiter([new SmtpRateLimit(key, 1, TimeSpan.FromHours(1))], run.Time) };
        return run.SayAsync(scene, lines);
    }

    /// <summary>With the product's receiver behind the session.</summary>
    private static async Task<string> ReceivedAsync(
        RefusalRun run, RefusalScene scene, Func<ReceptionPolicy, ReceptionPolicy>? change, params string[] lines)
    {
        run.Reception = await ReceptionFixture.CreateAsync(
            """
            rules:
              - { name: no, when: { recipient: "refused@*" }, then: [ reject: No ] }
              - { name: later, when: { recipient: "later@*" }, then: [ defer: Later ] }
              - { name: infected, when: { recipient: "scanned@*", virus: true }, then: [ reject: Infected ] }
              - { name: all, when: { recipient: "*" }, then: [ webhook: hook ] }
            """,
            greylist: true);
        if (change is not null)
            run.Reception.Services.CurrentPolicy = change(run.Reception.Services.CurrentPolicy);
        return await run.SayAsync(scene, lines);
    }

    /// <summary>With a destination that is asked first and does not take the mail.</summary>
    private static async Task<string> AskedAsync(RefusalRun run, bool isTemporary)
    {
        await ReceivedAsync(run, new(), null);
        var queue = run.Reception!.Queue;
        queue.ReplaceDestinations(
            [(AskScene.Sync("hook"), new ScriptedTarget { Always = _ => AskScene.Refusal(isTemporary, "No such tenant") })]);
        await queue.StartAsync(CancellationToken.None);
        return await run.SayAsync(new(), Hello, Mail, Rcpt, "DATA", Body("x"));
    }

    /// <summary>With a spool in a condition in which it takes no mail.</summary>
    private static Task<string> StuckAsync(RefusalRun run, SpoolCondition condition)
    {
        run.Keeper = new StuckKeeper(condition);
        return ReceivedAsync(run, new(), null, Hello, Mail);
    }

    /// <summary>With a virus scanner that closes its connections without an answer.</summary>
    private static ReceptionPolicy Silent(ReceptionPolicy policy) => policy with
    {
        Scanners = new MailScanners
        {
            Clamd = new ClamdScanner(FakeScanner.Clamd(string.Empty).ConnectAsync, new ScannerLimits(), TimeProvider.System),
        },
        Checks = new MailChecks([new FactSupplier("scanners.clamav", ScannerFacts.VirusAsync)], TimeProvider.System),
    };

    private static Task<string> EnforcedAsync(
        RefusalRun run, EnforcementPolicy enforcement, Action<ZoneResolver> fill, params string[] lines)
    {
        var zone = new ZoneResolver();
        fill(zone);
        return ReceivedAsync(
            run, new(), policy => policy with
            {
                Enforcement = enforcement,
                Senders = new SenderChecks(new SenderCheckOptions(), zone, TimeProvider.System),
            },
            lines);
    }

    private sealed class StuckKeeper(SpoolCondition condition) : IMailKeeper
    {
        public SpoolCondition Condition => condition;

        public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude) => throw new InvalidOperationException("MAIL was refused");

        public ValueTask AcceptAsync(
            StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("MAIL was refused");
    }

    private sealed class FixedSource(RecipientAnswer answer) : IRecipientSource
    {
        public ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken) => ValueTask.FromResult(answer);
    }
}
