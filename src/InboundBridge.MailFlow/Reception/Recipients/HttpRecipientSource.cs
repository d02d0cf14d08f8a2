using System.Globalization;
using System.Net;

namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>Asks an HTTP service by <c>GET URL?recipient=…</c>: 2xx means yes, 404 no, and anything else unknown.</summary>
public sealed class HttpRecipientSource(HttpClient http, string url, TimeSpan timeout, TimeProvider clock) : IRecipientSource
{
    private readonly string _prefix = url + (url.Contains('?', StringComparison.Ordinal) ? "&recipient=" : "?recipient=");

    public async ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var answer = await http.GetAsync(
                _prefix + Uri.EscapeDataString(address), HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.IsSuccessStatusCode)
                return RecipientAnswer.Yes;
            return answer.StatusCode == HttpStatusCode.NotFound
                ? RecipientAnswer.No
                : RecipientAnswer.Unknown(string.Create(CultureInfo.InvariantCulture, $"{url} answered {(int)answer.StatusCode}"));
        }
        catch (HttpRequestException fault)
        {
            return RecipientAnswer.Unknown($"{url}: {fault.GetBaseException().Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return RecipientAnswer.Unknown($"{url} did not answer in time");
        }
    }
}
