using System.Net;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Greylisting;

/// <summary>Two nodes of a shared store: who was told to wait at one of them may come back to the other.</summary>
public sealed class GreylistNodesTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly PostgresStore _store = new();
    private readonly GreylistTerms _terms = new();
    private IMailSpool _spool = null!;
    private Greylist _here = null!;
    private Greylist _there = null!;

    public async ValueTask InitializeAsync()
    {
        _spool = await _store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        (_here, _there) = (New(_spool), New(_store.Other));
    }

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _spool.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_second_attempt_at_the_other_node_counts_as_one()
    {
        Assert.Equal(300, await AskAsync(_here, "al@x.example"));
        _clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(1, await AskAsync(_there, "al@x.example"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await AskAsync(_there, "al@x.example"));
        // Both know the pair from now on, with other recipients too.
        foreach (var node in new[] { _here, _there })
            Assert.Equal(0, await AskAsync(node, "al@x.example", "other@example.com"));
    }

    /// <summary>Its attempts come in turn to two nodes; neither begins the wait anew.</summary>
    [Fact]
    public async Task A_stranger_that_tries_each_minute_waits_five_minutes_whichever_node_it_meets()
    {
        for (var minute = 0; minute < 5; minute++)
        {
            Assert.Equal(300 - (60 * minute), await AskAsync(minute % 2 == 0 ? _here : _there, "al@x.example"));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(0, await AskAsync(_there, "al@x.example"));
    }

    [Fact]
    public async Task Senders_that_came_back_at_both_nodes_make_their_client_known_at_both()
    {
        for (var sender = 0; sender < _terms.ClientPasses; sender++)
        {
            await AskAsync(_here, $"bounce-{sender}@list.example");
            _clock.Advance(_terms.Delay);
            Assert.Equal(0, await AskAsync(sender % 2 == 0 ? _there : _here, $"bounce-{sender}@list.example"));
        }
        foreach (var node in new[] { _here, _there })
            Assert.Equal(0, await AskAsync(node, "new@list.example"));
    }

    private Greylist New(IMailSpool spool) => new(spool, _clock, new GreylistLog(NullLogger<GreylistLog>.Instance));

    /// <returns>The seconds to wait. Afterwards the store has what the node has seen.</returns>
    private async Task<int> AskAsync(Greylist node, string sender, string recipient = "a@example.com")
    {
        var sight = GreylistSight.Of(IPAddress.Parse("192.0.2.1"), sender, recipient);
        var answer = await node.LookUpAsync(sight, _terms, TestContext.Current.CancellationToken);
        if (!answer.MayPass)
            node.Remember(sight, _terms);
        await node.FlushAsync();
        return (int)Math.Ceiling(answer.Wait.TotalSeconds);
    }
}
