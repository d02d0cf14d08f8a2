using System.Net;
using InboundBridge.Operations.Refusals;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Operations.Refusals;

/// <summary>The journal is bounded, and a flood of one client does not push out the others.</summary>
public sealed class RefusalJournalTests
{
    private const string Secret = "whsec_Z2VoZWltLWdlaGVpbS1nZWhlaW0tZ2VoZWlt";

    [Fact]
    public async Task A_flood_from_one_address_pushes_out_its_own_entries_alone()
    {
        await using var api = await ApiFixture.CreateAsync();
        var journal = new RefusalJournal(api.Core.Current, api.Clock);
        for (var client = 1; client <= 20; client++)
            journal.Add(PeerOf($"192.0.2.{client}"), Rcpt($"quiet{client}@example.com"));
        for (var count = 0; count < 3 * RefusalJournal.Most; count++)
            journal.Add(PeerOf("198.51.100.7"), Rcpt($"flood{count}@example.com"));
        var all = journal.List(_ => true, long.MaxValue, int.MaxValue);
        Assert.Equal(RefusalJournal.Most, all.Count);
        Assert.Equal(20, all.Count(refusal => refusal.Recipients!.StartsWith("quiet", StringComparison.Ordinal)));
        Assert.Equal($"flood{(3 * RefusalJournal.Most) - 1}@example.com", all[0].Recipients);
        Assert.Equal(all.OrderByDescending(refusal => refusal.Number), all);
    }

    [Fact]
    public async Task Two_floods_share_what_the_others_leave_and_one_network_of_IPv6_counts_as_one_client()
    {
        await using var api = await ApiFixture.CreateAsync();
        var journal = new RefusalJournal(api.Core.Current, api.Clock);
        journal.Add(PeerOf("192.0.2.1"), Rcpt("quiet@example.com"));
        for (var count = 0; count < 2 * RefusalJournal.Most; count++)
        {
            journal.Add(PeerOf($"2001:db8::{count:x}"), Rcpt("six@example.com"));
            journal.Add(PeerOf("198.51.100.7"), Rcpt("four@example.com"));
        }
        var all = journal.List(_ => true, long.MaxValue, int.MaxValue);
        Assert.Equal(RefusalJournal.Most, all.Count);
        Assert.Single(all, refusal => refusal.Recipients == "quiet@example.com");
        var six = all.Count(refusal => refusal.Recipients == "six@example.com");
        Assert.InRange(six, (RefusalJournal.Most / 2) - 2, RefusalJournal.Most / 2);
    }

    [Fact]
    public async Task Long_texts_are_cut_and_all_of_them_together_stay_within_the_octets()
    {
        await using var api = await ApiFixture.CreateAsync();
        var journal = new RefusalJournal(api.Core.Current, api.Clock);
        var endless = new string('x', 100_000);
        for (var count = 0; count < RefusalJournal.Most; count++)
        {
            var reply = SmtpReply.Create(550, 7, 1, endless, "rule_reject") with
            {
                LogDetail = endless,
                LogRule = endless,
                LogAuthentication = endless,
                LogScan = endless,
            };
            journal.Add(PeerOf("192.0.2.1"), new SmtpRefusal(SmtpVerb.Data, reply) { Sender = endless, Recipients = endless });
        }
        var all = journal.List(_ => true, long.MaxValue, int.MaxValue);
        Assert.InRange(all.Count, 100, RefusalJournal.Most - 1);
        Assert.InRange(all.Sum(refusal => refusal.Octets), RefusalJournal.MostOctets / 2, RefusalJournal.MostOctets);
        Assert.All(all, refusal => Assert.Equal((500, 320), (refusal.Detail!.Length, refusal.Sender!.Length)));
    }

    [Fact]
    public async Task Secrets_of_the_configuration_are_masked_before_a_filter_could_search_for_them()
    {
        await using var api = await ApiFixture.CreateAsync(
            $"  signed: {{ webhook: {{ url: \"http://127.0.0.1:9/\", secret: {Secret} }} }}");
        var journal = new RefusalJournal(api.Core.Current, api.Clock);
        var reply = SmtpReply.Create(550, 7, 1, $"No {Secret}") with { LogDetail = Secret };
        journal.Add(PeerOf("192.0.2.1"), new SmtpRefusal(SmtpVerb.Data, reply));
        var refusal = Assert.Single(journal.List(_ => true, long.MaxValue, 10));
        Assert.DoesNotContain("Z2VoZWlt", refusal.Text + refusal.Detail, StringComparison.Ordinal);
        Assert.Empty(journal.List(new RefusalFilter { Text = "whsec_Z2Vo" }.ToPredicate(), long.MaxValue, 10));
    }

    [Theory]
    [InlineData("client=192.0.2.7", true)]
    [InlineData("client=192.0.2.0/24", true)]
    [InlineData("client=192.0.3.0/24", false)]
    [InlineData("client=192.0.2", true)]
    [InlineData("client=192.0.2.70", false)]
    [InlineData("client=CLIENT.example", true)]
    [InlineData("client=said.test", true)]
    [InlineData("sender=AL@", true)]
    [InlineData("sender=<>", false)]
    [InlineData("recipient=ann", true)]
    [InlineData("recipient=bob", false)]
    [InlineData("reason=unknown_recipient", true)]
    [InlineData("reason=unknown", false)]
    [InlineData("text=no such", true)]
    [InlineData("text=5.1.1", true)]
    [InlineData("text=directory", true)]
    [InlineData("text=spf=fail", true)]
    [InlineData("text=nothing", false)]
    public void A_filter_finds_by_what_an_operator_knows(string filter, bool finds)
    {
        var reply = SmtpReply.Create(550, 1, 1, "No such recipient", "unknown_recipient") with
        {
            LogDetail = "the directory knows no ann",
            LogAuthentication = "spf=fail",
        };
        var peer = PeerOf("192.0.2.7");
        (peer.ClientName, peer.Helo) = ("mail.client.example", "said.test");
        var refusal = Refusal.Of(
            1, DateTimeOffset.UnixEpoch, peer,
            new SmtpRefusal(SmtpVerb.Rcpt, reply) { Sender = "al@sender.test", Recipients = "Ann@example.com" }, text => text);
        var at = filter.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (filter[..at], filter[(at + 1)..]);
        string? Of(string key) => key == name ? value : null;
        var parsed = new RefusalFilter
        {
            Client = Of("client"),
            Sender = Of("sender"),
            Recipient = Of("recipient"),
            Reason = Of("reason"),
            Text = Of("text"),
        };
        Assert.Equal(finds, parsed.ToPredicate()(refusal));
    }

    private static SmtpPeer PeerOf(string address) => new(
        "mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse(address), 40000), new IPEndPoint(IPAddress.Loopback, 25));

    private static SmtpRefusal Rcpt(string recipient) =>
        new(SmtpVerb.Rcpt, SmtpReply.Create(550, 1, 1, "No such recipient", "unknown_recipient"))
        {
            Sender = "al@sender.test",
            Recipients = recipient,
        };
}
