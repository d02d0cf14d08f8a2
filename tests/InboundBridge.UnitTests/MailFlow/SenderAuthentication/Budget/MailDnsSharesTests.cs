using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Budget;

/// <summary>Whatever a mail's sender makes wait, the parts that can change what DMARC says get their turns.</summary>
public class MailDnsSharesTests
{
    private const string Victim = "_dmarc.victim.test";

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone;
    private readonly List<Task<DnsAnswer>> _silent = [];

    public MailDnsSharesTests() => _zone = new ZoneResolver(_clock) { Silent = "silent.test" }.Txt(Victim, "v=DMARC1; p=reject");

    [Fact]
    public async Task Silent_keys_seals_and_SPF_take_no_turn_of_a_policy()
    {
        var shares = Shares();
        AskSilent(shares.Spf, 16);
        var policy = shares.Policies(1)[0];
        AskSilent(shares.Signers, 10);
        AskSilent(shares.Strangers, 10);
        AskSilent(shares.Sealers, 50);
        Assert.Equal(DnsStatus.Success, await AnsweredAsync(policy, Victim));
        await EndAsync();
    }

    [Fact]
    public async Task Silent_keys_and_seals_take_no_turn_of_SPF_or_of_the_authors_keys()
    {
        var shares = Shares();
        AskSilent(shares.Policies(1)[0], 8);
        AskSilent(shares.Strangers, 10);
        AskSilent(shares.Sealers, 50);
        Assert.Equal(DnsStatus.Success, await AnsweredAsync(shares.Spf, Victim));
        Assert.Equal(DnsStatus.Success, await AnsweredAsync(shares.Signers, Victim));
        await EndAsync();
    }

    [Fact]
    public async Task The_policies_of_silent_author_domains_take_no_turn_of_another()
    {
        var shares = Shares();
        AskSilent(shares.Spf, 16);
        var policies = shares.Policies(4);
        foreach (var policy in policies.Take(3))
            AskSilent(policy, 8);
        Assert.Equal(DnsStatus.Success, await AnsweredAsync(policies[3], Victim));
        await EndAsync();
    }

    /// <summary>With one author, its keys are in an order that nobody else's can come first.</summary>
    [Fact]
    public async Task With_several_authors_a_silent_key_gives_up_its_turn_after_a_second()
    {
        var shares = Shares();
        shares.Policies(2);
        // All eight turns but two of SPF and one of each policy.
        AskSilent(shares.Signers, 4);
        var asking = shares.Signers.LookUpAsync(Victim, DnsRecordType.Txt, TestContext.Current.CancellationToken).AsTask();
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DnsStatus.Success, (await asking).Status);
        await EndAsync();
    }

    [Fact]
    public async Task SPF_ends_early_enough_for_what_the_header_asks()
    {
        var shares = Shares();
        AskSilent(shares.Spf, 16);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.All(await Task.WhenAll(_silent), answer => Assert.Equal(DnsStatus.Timeout, answer.Status));
        var policy = shares.Policies(1)[0];
        Assert.Equal(DnsStatus.Timeout, await AnsweredAsync(shares.Spf, "_spf.victim.test"));
        var asking = policy.LookUpAsync("_dmarc.silent.test", DnsRecordType.Txt, TestContext.Current.CancellationToken).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(4) - TimeSpan.FromTicks(1));
        Assert.Equal(DnsStatus.Success, await AnsweredAsync(policy, Victim));
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(DnsStatus.Timeout, (await asking).Status);
        Assert.Equal(DnsStatus.Timeout, await AnsweredAsync(policy, Victim));
    }

    [Fact]
    public async Task When_SPF_has_answered_its_turns_are_free_for_others()
    {
        var shares = Shares();
        shares.Policies(1);
        Assert.Equal(5, await shares.Spf.Until(new ValueTask<int>(5)));
        AskSilent(shares.Strangers, 10);
        AskSilent(shares.Sealers, 10);
        // All but those of the policy and of the author's keys.
        Assert.Equal(5, _zone.Waiting);
        await EndAsync();
    }

    [Fact]
    public async Task A_mail_that_is_given_up_leaves_the_queue_and_asks_nothing_more()
    {
        var shares = Shares();
        shares.Policies(1);
        using var given = new CancellationTokenSource();
        AskSilent(shares.Sealers, 20, given.Token);
        var asked = _zone.Asked.Count;
        await given.CancelAsync();
        foreach (var asking in _silent)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => shares.Sealers.LookUpAsync(Victim, DnsRecordType.Txt, given.Token).AsTask());
        Assert.Equal((asked, 0), (_zone.Asked.Count, _zone.Waiting));
        Assert.Equal(DnsStatus.Success, await AnsweredAsync(shares.Sealers, Victim));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Any_number_of_turns_gives_each_part_one_in_the_end(int atOnce)
    {
        var shares = new MailDnsShares(_zone, new MailDnsOptions { AtOnce = atOnce }, _clock, spf: true, policies: true);
        var policies = shares.Policies(4);
        IDnsResolver[] parts = [shares.Spf, .. policies, shares.Signers, shares.Strangers, shares.Sealers];
        foreach (var part in parts)
            Assert.Equal(DnsStatus.Success, await AnsweredAsync(part, Victim));
    }

    private MailDnsShares Shares() => new(_zone, new MailDnsOptions(), _clock, spf: true, policies: true);

    private void AskSilent(IDnsResolver part, int count, CancellationToken? cancellationToken = null)
    {
        for (var number = 0; number < count; number++)
        {
            var name = $"n{_silent.Count}.silent.test";
            _silent.Add(part.LookUpAsync(name, DnsRecordType.Txt, cancellationToken ?? TestContext.Current.CancellationToken).AsTask());
        }
    }

    private static async Task<DnsStatus> AnsweredAsync(IDnsResolver part, string name)
    {
        var asked = part.LookUpAsync(name, DnsRecordType.Txt, TestContext.Current.CancellationToken);
        Assert.True(asked.IsCompleted);
        return (await asked).Status;
    }

    /// <summary>All of it ends within the time of the mail, and never more than eight queries ran at the same time.</summary>
    private async Task EndAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.All(await Task.WhenAll(_silent), answer => Assert.Equal(DnsStatus.Timeout, answer.Status));
        await _zone.UntilNobodyWaitsAsync();
        Assert.InRange(_zone.MostAtOnce, 1, 8);
    }
}
