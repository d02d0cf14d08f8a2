using Microsoft.AspNetCore.Hosting.Server;

namespace InboundBridge.Hosting.Listening;

/// <summary>Kestrel, which serves SMTP and HTTP. It is disposed after its stop, or instead of it.</summary>
internal sealed class ListeningServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly HttpApplication _http;
    private readonly IServer _server;

    /// <param name="services">Kestrel's; it owns them.</param>
    public ListeningServer(ServiceProvider services, HttpApplication http) =>
        (_services, _http, _server) = (services, http, services.GetRequiredService<IServer>());

    /// <summary>Opens all listeners.</summary>
    /// <exception cref="IOException">An address can't be used.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_http, cancellationToken);

    /// <summary>Closes the listeners, and waits for the connections until they end or the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _http.DisposeAsync();
    }
}
