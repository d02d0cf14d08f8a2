using System.Net;
using System.Net.Http.Headers;
using InboundBridge.Configuration.Secrets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// Fifty connections send wrong bearer tokens as fast as they get answers, from the same address as all other clients. Meanwhile requests
/// with right tokens, a generated one and one chosen by a person, succeed, and mail is accepted.
/// </summary>
public sealed class Right_tokens_and_mail_pass_while_wrong_tokens_flood : IDisposable
{
    private const int Connections = 50;

    private const int Rounds = 20;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task From_one_address()
    {
        var made = TokenDigest.MakeToken();
        var tokens =
            $$"""tokens: [{ name: made, hash: "{{TokenDigest.Make(made)}}", role: admin }, { name: chosen, hash: "{{SecretHash.Make("a long sentence that a person chose")}}", role: admin }]""";
        var configuration = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("hold: look"), ["app: { webhook: { url: \"http://127.0.0.1:9/\" } }"])
            .Replace($"listen: \"{Appliance.HttpAddress}\"", $"listen: \"{Appliance.HttpAddress}\", {tokens}", StringComparison.Ordinal);
        await using var appliance = await Appliance.StartAsync(_folder, configuration);
        using var stop = new CancellationTokenSource();
        var guessers = Enumerable.Range(0, Connections).Select(
            number => GuessAsync(appliance.Url("/api/v1/stats"), number, stop.Token)).ToList();
        await Deadline.Usual.UntilAsync(async () => await RefusedAsync(appliance) > 1000, "a flood", () => appliance.Log);

        const string Chosen = "a long sentence that a person chose";
        // Only a few slow hashes are checked at a time, so the first request with a chosen
        // token may have to retry. Later the result is cached.
        await Deadline.Usual.UntilAsync(() => IsAnsweredAsync(appliance, Chosen), "an answer to the chosen token", () => appliance.Log);
        foreach (var token in new[] { made, Chosen })
        {
            using var client = CreateClient(token);
            for (var round = 0; round < Rounds; round++)
            {
                using var answer = await client.GetAsync(appliance.Url("/api/v1/stats"));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
                Assert.StartsWith("250", await conversation.SendAsync(
                    MailText.Numbered(round), "al@sender.test", "a@example.com"), StringComparison.Ordinal);
            }
        }

        await stop.CancelAsync();
        var statuses = (await Task.WhenAll(guessers)).SelectMany(one => one).ToHashSet();
        Assert.True(statuses.IsSubsetOf([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]), string.Join(' ', statuses));
        Assert.Contains("token_refused", appliance.Log, StringComparison.Ordinal);
        Assert.InRange(appliance.Log.Split("token_refused").Length, 2, 2000);
    }

    private static HttpClient CreateClient(string token)
    {
        var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Sends the request on a new connection, like a program that retries.</summary>
    private static async Task<bool> IsAnsweredAsync(Appliance appliance, string token)
    {
        using var client = CreateClient(token);
        using var answer = await client.GetAsync(appliance.Url("/api/v1/stats"));
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests });
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static Task<double> RefusedAsync(Appliance appliance) => appliance.MetricAsync("inboundbridge_http_refused_tokens_total");

    private static async Task<HashSet<HttpStatusCode>> GuessAsync(string url, int number, CancellationToken stop)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        var seen = new HashSet<HttpStatusCode>();
        for (var guess = 0; !stop.IsCancellationRequested; guess++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"wrong {number} {guess}");
            try
            {
                using var answer = await client.SendAsync(request, stop);
                seen.Add(answer.StatusCode);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
        }
        return seen;
    }
}
