using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.MailFlow.Reception.Inquiries;

/// <summary>VRFY and EXPN reveal recipients only to clients that may know them; null stands for the session's own 252 or 502.</summary>
public class RecipientInquiryTests
{
    [Theory]
    [InlineData("known@example.com", "250 2.1.5 <known@example.com>")]
    [InlineData("<Known@EXAMPLE.com>", "250 2.1.5 <Known@example.com>")]
    [InlineData("known", "250 2.1.5 <known@example.com>")]
    [InlineData("<known>", "250 2.1.5 <known@example.com>")]
    [InlineData("postmaster", "250 2.1.5 <postmaster@example.com>")]
    [InlineData("known@example.com SMTPUTF8", "250 2.1.5 <known@example.com>")]
    [InlineData("kn\u00f6wn@example.com SMTPUTF8", "250 2.1.5 Mailbox exists")]
    [InlineData("team@example.com", "250 2.1.5 <team@example.com>")]
    [InlineData("unknown@example.com", "550 5.1.1 No such recipient")]
    [InlineData("known@elsewhere.example", null)]
    [InlineData("a b", "501 5.1.3 Bad address syntax")]
    public async Task A_user_learns_whether_a_recipient_exists(string argument, string? expected)
    {
        await using var reception = await CreateAsync("al", trusted: false);
        Assert.Equal(expected, Said(await reception.Receiver.VerifyAsync(argument, CancellationToken.None)));
    }

    [Theory]
    [InlineData("team", "250 2.1.5 <known@example.com>|<other@elsewhere.example>")]
    [InlineData("TEAM@example.com", "250 2.1.5 <known@example.com>|<other@elsewhere.example>")]
    [InlineData("known@example.com", "550 5.1.1 No such list")]
    [InlineData("@@", "501 5.1.3 Bad address syntax")]
    public async Task A_trusted_peer_learns_the_members_of_a_group(string argument, string expected)
    {
        await using var reception = await CreateAsync(user: null, trusted: true);
        Assert.Equal(expected, Said(await reception.Receiver.ExpandAsync(argument, CancellationToken.None)));
    }

    [Fact]
    public async Task Unknown_clients_learn_nothing()
    {
        await using var reception = await CreateAsync(user: null, trusted: false);
        foreach (var argument in new[] { "known@example.com", "unknown@example.com", "team@example.com" })
        {
            Assert.Null(await reception.Receiver.VerifyAsync(argument, CancellationToken.None));
            Assert.Null(await reception.Receiver.ExpandAsync(argument, CancellationToken.None));
        }
    }

    [Fact]
    public async Task No_client_learns_anything_unless_configured()
    {
        await using var reception = await CreateAsync("al", trusted: true);
        reception.Services.CurrentPolicy = reception.Services.CurrentPolicy with { TellsRecipients = false };
        Assert.Null(await reception.Receiver.VerifyAsync("known@example.com", CancellationToken.None));
        Assert.Null(await reception.Receiver.ExpandAsync("team", CancellationToken.None));
    }

    [Fact]
    public async Task An_unknown_answer_becomes_the_noncommittal_reply()
    {
        await using var reception = await CreateAsync("al", trusted: false);
        var policy = reception.Services.CurrentPolicy;
        reception.Services.CurrentPolicy = policy
            with
        { Recipients = new RecipientDirectory(null, [new Broken()], TimeSpan.Zero, TimeProvider.System) };
        Assert.Null(await reception.Receiver.VerifyAsync("known@example.com", CancellationToken.None));
        reception.Services.CurrentPolicy = policy with { Recipients = null };
        Assert.Null(await reception.Receiver.VerifyAsync("known@example.com", CancellationToken.None));
    }

    [Fact]
    public async Task A_group_exists_as_a_recipient()
    {
        await using var reception = await CreateAsync(user: null, trusted: false);
        await reception.MailAsync();
        Assert.Equal(250, (await reception.RcptAsync("Team@example.com")).Code);
        Assert.Equal(550, (await reception.RcptAsync("teams@example.com")).Code);
    }

    private static string? Said(SmtpReply? reply) =>
        reply is null ? null : $"{reply.Code} {reply.Enhanced} {reply.Text.Replace('\n', '|')}";

    private static async Task<ReceptionFixture> CreateAsync(string? user, bool trusted)
    {
        var reception = await ReceptionFixture.CreateAsync("rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]");
        (reception.Peer.User, reception.Peer.Trusted) = (user, trusted);
        reception.Services.CurrentPolicy = reception.Services.CurrentPolicy with
        {
            TellsRecipients = true,
            Recipients = new RecipientDirectory(
                new AddressPatterns(["known@example.com", "kn\u00f6wn@example.com"]), [], TimeSpan.Zero, TimeProvider.System),
            Groups = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
            {
                ["team@example.com"] = ["known@example.com", "other@elsewhere.example"],
            },
        };
        return reception;
    }

    private sealed class Broken : IRecipientSource
    {
        public ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken) =>
            ValueTask.FromResult(RecipientAnswer.Unknown("down"));
    }
}
