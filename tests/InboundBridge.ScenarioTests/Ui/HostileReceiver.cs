using System.Net;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>A receiver that refuses every webhook, each time with another payload as the text of its answer.</summary>
internal sealed class HostileReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<int, string> _answer;
    private readonly Task _answering;

    public HostileReceiver(Func<int, string> answer)
    {
        _answer = answer;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _answering = AnswerAllAsync();
    }

    public string Url { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
        _listener.Close();
    }

    private async Task AnswerAllAsync()
    {
        for (var index = 0; ; index++)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
            {
                // Stopped.
                return;
            }
            await context.Request.InputStream.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 503;
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.Close(Encoding.UTF8.GetBytes(_answer(index)), willBlock: false);
        }
    }
}
