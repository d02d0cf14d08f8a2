using System.Net;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Http.Access;

namespace InboundBridge.UnitTests.Host.Http.Access;

/// <summary>What a flood of wrong tokens costs: slow hashes are asked seldom, few at a time, and never twice for the same token.</summary>
public sealed class TokenCheckTests
{
    private static readonly HttpToken Chosen = new("ops", SecretHash.Make("chosen", iterations: 1000), TokenRole.Admin);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private int _asked;

    [Fact]
    public async Task A_generated_token_is_known_without_a_slow_hash()
    {
        var token = TokenDigest.MakeToken();
        using var check = Check(new HttpToken("made", TokenDigest.Make(token), TokenRole.Read), Chosen);
        Assert.Equal("made", ((TokenVerdict.Right)await AskAsync(check, token, "192.0.2.1")).Token.Name);
        Assert.Equal(0, _asked);
        Assert.Matches("^ibt_[A-Za-z0-9_-]{43}$", token);
        Assert.NotEqual(token, TokenDigest.MakeToken());
    }

    [Fact]
    public async Task An_answer_is_remembered_right_or_wrong()
    {
        using var check = Check(Chosen);
        for (var time = 0; time < 3; time++)
        {
            Assert.IsType<TokenVerdict.Right>(await AskAsync(check, "chosen", "192.0.2.1"));
            Assert.IsType<TokenVerdict.Wrong>(await AskAsync(check, "mistyped", "192.0.2.1"));
        }
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task One_address_or_one_ipv6_network_costs_a_few_checks_however_much_it_guesses()
    {
        using var check = Check(Chosen);
        Assert.IsType<TokenVerdict.Right>(await AskAsync(check, "chosen", "192.0.2.1"));
        var verdicts = new List<TokenVerdict>();
        for (var guess = 0; guess < 1000; guess++)
            verdicts.Add(await AskAsync(check, $"guess {guess}", guess % 2 == 0 ? "192.0.2.1" : $"2001:db8::{guess:x}", isClean: false));
        Assert.InRange(_asked, 20, 50);
        Assert.True(verdicts.Count(verdict => verdict is TokenVerdict.TooMany) > 950);
        Assert.IsType<TokenVerdict.Right>(await AskAsync(check, "chosen", "192.0.2.1", isClean: false));
    }

    /// <summary>
    /// Behind a proxy everybody has its address. A right token that nobody has seen yet comes on a connection that sent no wrong one.
    /// </summary>
    [Fact]
    public async Task A_new_right_token_gets_through_from_an_address_that_guesses()
    {
        using var check = Check(Chosen);
        for (var guess = 0; guess < 100; guess++)
            await AskAsync(check, $"guess {guess}", "127.0.0.1", isClean: false);
        Assert.IsType<TokenVerdict.TooMany>(await AskAsync(check, "chosen", "127.0.0.1", isClean: false));
        Assert.IsType<TokenVerdict.Right>(await AskAsync(check, "chosen", "127.0.0.1"));
    }

    [Fact]
    public async Task Few_tokens_are_checked_at_a_time_few_wait_and_a_client_that_leaves_does_not_wait()
    {
        using var go = new ManualResetEventSlim();
        var (running, most, gate) = (0, 0, new Lock());
        using var check = new TokenCheck(_clock, (_, _) =>
        {
            lock (gate)
                most = Math.Max(most, ++running);
            go.Wait();
            lock (gate)
                running--;
            Interlocked.Increment(ref _asked);
            return false;
        });
        check.Replace([Chosen]);
        using var left = new CancellationTokenSource();
        var places = Math.Max(1, Environment.ProcessorCount / 2);
        var asked =
            Enumerable.Range(0, 60)
                .Select(number => check.CheckAsync($"guess {number}", IPAddress.Parse($"192.0.2.{number}"), true, left.Token).AsTask())
                    .ToList();
        var refused = asked.Where(verdict => verdict.IsCompletedSuccessfully).ToList();
        Assert.All(refused, verdict => Assert.IsType<TokenVerdict.Busy>(verdict.Result));
        Assert.InRange(refused.Count, 60 - 16 - places, 60 - 16);
        await left.CancelAsync();
        go.Set();
        foreach (var verdict in asked.Except(refused))
        {
            try
            {
                await verdict;
            }
            catch (OperationCanceledException)
            {
                // It left.
            }
        }
        Assert.InRange(most, 0, places);
        Assert.InRange(_asked, 0, places);
    }

    [Theory]
    [InlineData("$hmac-sha256$$x")]
    [InlineData("$hmac-sha256$c2FsdHNhbHQ$dG9vIHNob3J0")]
    [InlineData("sha256:abc")]
    public void Text_that_is_not_a_digest_is_refused(string text) => Assert.False(TokenDigest.TryParse(text, out _));

    private TokenCheck Check(params HttpToken[] tokens)
    {
        var check = new TokenCheck(_clock, (hash, secret) =>
        {
            Interlocked.Increment(ref _asked);
            return hash.Verify(secret);
        });
        check.Replace(tokens);
        return check;
    }

    private static ValueTask<TokenVerdict> AskAsync(TokenCheck check, string secret, string client, bool isClean = true) =>
        check.CheckAsync(secret, IPAddress.Parse(client), isClean, TestContext.Current.CancellationToken);
}
