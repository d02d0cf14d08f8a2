using System.Net;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Greylisting;

/// <summary>Strangers wait once; who came back is known, over restarts too, until it has been away for too long.</summary>
public sealed class GreylistTests : IAsyncLifetime
{
    private readonly WatchedTimeProvider _clock = new();
    private readonly SqliteStore _store = new();
    private readonly GreylistTerms _terms = new();
    private IMailSpool _spool = null!;
    private Greylist _greylist = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _spool = await _store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        _greylist = NewGreylist();
    }

    public async ValueTask DisposeAsync()
    {
        await _greylist.DisposeAsync();
        await _spool.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task A_stranger_waits_for_the_delay_and_is_known_from_then_on()
    {
        Assert.Equal(300, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
        _clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(1, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
        Assert.Equal(0, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
    }

    [Theory]
    [InlineData("192.0.2.200", "al@x.example", "a@example.com", 0)]
    [InlineData("::ffff:192.0.2.1", "AL@X.example", "A@EXAMPLE.com", 0)]
    [InlineData("192.0.2.1", "al@x.example", "other@example.com", 0)]
    [InlineData("192.0.3.1", "al@x.example", "a@example.com", 300)]
    [InlineData("192.0.2.1", "bo@x.example", "a@example.com", 300)]
    [InlineData("192.0.2.1", "", "a@example.com", 300)]
    public async Task A_pair_of_network_and_sender_is_known_for_every_recipient(string client, string sender, string recipient, int wait)
    {
        await PassAsync("192.0.2.1", "al@x.example");
        Assert.Equal(wait, await AskAsync(client, sender, recipient));
    }

    /// <summary>
    /// Peeking answers as asking does at every step, whether it reads the process's memory or the spool's file, and changes nothing.
    /// </summary>
    [Fact]
    public async Task Peeking_answers_as_asking_would_and_leaves_no_trace()
    {
        var sight = GreylistSight.Of(IPAddress.Parse("192.0.2.1"), "al@x.example", "a@example.com");
        foreach (var (step, wait) in new[] { (0, 300), (120, 180), (181, 0), (60, 0) })
        {
            _clock.Advance(TimeSpan.FromSeconds(step));
            for (var again = 0; again < 2; again++)
            {
                Assert.Equal(wait, (int)(await _greylist.PeekAsync(sight, _terms, Stop)).Wait.TotalSeconds);
                var beside = GreylistPeek.Judge(
                    GreylistBeside.Find(_store.Path, [sight.Client, sight.Pair, sight.Triplet]), sight, _terms, _clock.GetUtcNow());
                Assert.Equal(wait, (int)Math.Max(0, beside.Wait.TotalSeconds));
            }
            Assert.Equal(wait, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
            await _greylist.FlushAsync();
        }
    }

    [Fact]
    public void Beside_no_spool_everybody_is_a_stranger_and_no_file_appears()
    {
        var folder = Directory.CreateTempSubdirectory("no-spool-").FullName;
        Assert.Empty(GreylistBeside.Find(folder, [1, 2, 3]));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task Networks_of_ipv6_are_64s()
    {
        await PassAsync("2001:db8:1:2::1", "");
        Assert.Equal(0, await AskAsync("2001:db8:1:2:ffff::9", "", "b@example.com"));
        Assert.Equal(300, await AskAsync("2001:db8:1:3::1", "", "b@example.com"));
    }

    [Fact]
    public async Task A_client_is_known_for_every_sender_once_five_have_come_back()
    {
        for (var sender = 1; sender <= 4; sender++)
            await PassAsync("192.0.2.1", $"bounce-{sender}@list.example");
        Assert.Equal(300, await AskAsync("192.0.2.1", "bounce-5@list.example", "a@example.com"));
        await PassAsync("192.0.2.1", "bounce-5@list.example");
        Assert.Equal(0, await AskAsync("192.0.2.9", "bounce-6@list.example", "a@example.com"));
        await ReopenAsync();
        Assert.Equal(0, await AskAsync("192.0.2.9", "bounce-7@list.example", "a@example.com"));
    }

    [Fact]
    public async Task It_remembers_over_a_restart()
    {
        await AskAsync("192.0.2.1", "al@x.example", "a@example.com");
        await PassAsync("192.0.2.1", "bo@x.example");
        await ReopenAsync();
        Assert.Equal(0, await AskAsync("192.0.2.1", "bo@x.example", "a@example.com"));
        Assert.Equal(0, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
    }

    [Fact]
    public async Task Who_stays_away_is_forgotten_and_who_writes_is_not()
    {
        await PassAsync("192.0.2.1", "al@x.example");
        for (var month = 0; month < 3; month++)
        {
            _clock.Advance(TimeSpan.FromDays(34));
            Assert.Equal(0, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
        }
        _clock.Advance(TimeSpan.FromDays(35));
        Assert.Equal(300, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
    }

    [Fact]
    public async Task A_stranger_who_comes_back_too_late_waits_again()
    {
        await AskAsync("192.0.2.1", "al@x.example", "a@example.com");
        _clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(300, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
    }

    [Fact]
    public async Task Another_node_is_believed()
    {
        await using var other = NewGreylist();
        await other.LookUpAsync(Sight("192.0.2.1", "al@x.example", "a@example.com"), _terms, Stop);
        other.Remember(Sight("192.0.2.1", "al@x.example", "a@example.com"), _terms);
        await other.FlushAsync();
        _clock.Advance(_terms.Delay);
        Assert.Equal(0, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
    }

    [Fact]
    public async Task Writing_waits_for_nobody_and_comes_within_a_second()
    {
        await AskAsync("192.0.2.1", "al@x.example", "a@example.com");
        var sight = Sight("192.0.2.1", "al@x.example", "a@example.com");
        Assert.Empty(await _spool.FindGreylistAsync([sight.Triplet], Stop));
        await _clock.TimerSetAsync(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _greylist.FlushAsync();
        Assert.Equal([0], (await _spool.FindGreylistAsync([sight.Triplet], Stop)).Select(entry => entry.Passes));
    }

    [Fact]
    public async Task Known_pairs_are_answered_without_waiting()
    {
        await PassAsync("192.0.2.1", "al@x.example");
        var sight = Sight("192.0.2.1", "al@x.example", "z@example.com");
        Assert.True(_greylist.LookUpAsync(sight, _terms, Stop).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_spool_that_cannot_be_read_lets_strangers_pass()
    {
        await _spool.DisposeAsync();
        Assert.Equal(0, await AskAsync("192.0.2.1", "al@x.example", "a@example.com"));
    }

    private static GreylistSight Sight(string client, string sender, string recipient) =>
        GreylistSight.Of(IPAddress.Parse(client), sender, recipient);

    private Greylist NewGreylist() => new(_spool, _clock, new GreylistLog(NullLogger<GreylistLog>.Instance));

    private async Task ReopenAsync()
    {
        await _greylist.DisposeAsync();
        await _spool.DisposeAsync();
        _spool = await _store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        _greylist = NewGreylist();
    }

    private async Task PassAsync(string client, string sender)
    {
        await AskAsync(client, sender, "a@example.com");
        _clock.Advance(_terms.Delay);
        Assert.Equal(0, await AskAsync(client, sender, "a@example.com"));
    }

    /// <summary>As reception does; seconds to wait.</summary>
    private async Task<double> AskAsync(string client, string sender, string recipient)
    {
        var sight = Sight(client, sender, recipient);
        var answer = await _greylist.LookUpAsync(sight, _terms, Stop);
        if (!answer.MayPass)
            _greylist.Remember(sight, _terms);
        return answer.Wait.TotalSeconds;
    }
}
