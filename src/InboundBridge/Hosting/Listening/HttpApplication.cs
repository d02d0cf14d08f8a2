using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Answers HTTP requests. Its steps and routes are made for the first request: a start does not wait for them.
/// </summary>
/// <param name="use">Adds the steps.</param>
internal sealed class HttpApplication(Action<IApplicationBuilder> use, ILoggerFactory logs, TimeProvider clock)
    : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly Lazy<Parts> _parts = new(() => Parts.Make(use, logs, clock));

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => _parts.Value.Contexts.Create(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _parts.Value.Answer(context);

    public void DisposeContext(HttpContext context, Exception? exception) => _parts.Value.Contexts.Dispose(context);

    public ValueTask DisposeAsync() => _parts.IsValueCreated ? _parts.Value.Services.DisposeAsync() : ValueTask.CompletedTask;

    private sealed record Parts(ServiceProvider Services, DefaultHttpContextFactory Contexts, RequestDelegate Answer)
    {
        public static Parts Make(Action<IApplicationBuilder> use, ILoggerFactory logs, TimeProvider clock)
        {
            var registered = KestrelServices.CreateCommon(logs, clock);
            registered.AddRoutingCore();
            var services = registered.BuildServiceProvider();
            var application = new ApplicationBuilder(services);
            use(application);
            return new Parts(services, new DefaultHttpContextFactory(services), application.Build());
        }
    }
}
