using System.Net;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

/// <summary>Replaces the network: records requests and answers as the test says.</summary>
internal sealed class RecordingHandler(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public RecordingHandler(int status = 200)
        : this(_ => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status)))
    {
    }

    public RecordingHandler(HttpResponseMessage response)
        : this(_ => Task.FromResult(response))
    {
    }

    public List<RecordedRequest> Requests { get; } = [];

    public RecordedRequest Request => Assert.Single(Requests);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(await RecordedRequest.FromAsync(request, cancellationToken));
        return await answer(cancellationToken);
    }
}
