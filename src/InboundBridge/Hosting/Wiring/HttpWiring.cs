using InboundBridge.Acme.Challenges;
using InboundBridge.Configuration.Options;
using InboundBridge.Http;
using InboundBridge.Http.Access;
using InboundBridge.Http.Connections;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The parts that every HTTP request passes, whichever route answers it.</summary>
internal sealed class HttpWiring : IAsyncDisposable
{
    private readonly HttpPipeline _pipeline;

    /// <param name="answers">To the challenges of a certificates' authority.</param>
    public HttpWiring(HttpOptions options, ChallengeAnswers answers, MetricsWiring metrics, ILoggerFactory logs, TimeProvider clock)
    {
        Access = new ApiAccess(options, new TokenCheck(clock), new AccessLog(metrics.Registry, clock, logs.CreateLogger<AccessLog>()));
        Connections = new HttpConnections(options.Limits);
        _pipeline = new HttpPipeline(Access, new ChallengeFile(answers), logs.CreateLogger<HttpPipeline>());
    }

    public ApiAccess Access { get; }

    public HttpConnections Connections { get; }

    /// <summary>Adds the pipeline; call it before routing.</summary>
    public void Use(IApplicationBuilder application) => _pipeline.Use(application);

    public void Replace(HttpOptions next)
    {
        Access.Replace(next);
        Connections.Replace(next.Limits);
    }

    public ValueTask DisposeAsync()
    {
        Access.Dispose();
        return ValueTask.CompletedTask;
    }
}
