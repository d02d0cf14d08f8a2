using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Kestrel as services, without the framework's host. The host would also load configuration, environment and lifetime, which only we
/// decide about: that lengthens a start, and stays in memory.
/// </summary>
internal static class KestrelServices
{
    /// <summary>Nothing is configured: no environment variable or file opens an address.</summary>
    public static ServiceCollection Create(ILoggerFactory logs, TimeProvider clock)
    {
        var services = CreateCommon(logs, clock);
        services.AddSingleton<IMeterFactory, Meters>();
        new Registrations(services).UseKestrelCore();
        return services;
    }

    /// <summary>What each part of the framework asks for.</summary>
    public static ServiceCollection CreateCommon(ILoggerFactory logs, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddOptions();
        services.AddSingleton(logs);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(clock);
        var diagnostics = new DiagnosticListener("Microsoft.AspNetCore");
        services.AddSingleton(diagnostics);
        services.AddSingleton<DiagnosticSource>(diagnostics);
        return services;
    }

    /// <summary>The framework registers Kestrel's services by the builder of a host, of which it uses this method alone.</summary>
    private sealed class Registrations(IServiceCollection services) : IWebHostBuilder
    {
        public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
        {
            configureServices(services);
            return this;
        }

        public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
        {
            configureServices(new WebHostBuilderContext(), services);
            return this;
        }

        public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) => this;

        public string? GetSetting(string key) => null;

        public IWebHostBuilder UseSetting(string key, string? value) => this;

#pragma warning disable ASPDEPR008 // The interface still asks for it, though nobody calls it.
        public IWebHost Build() => throw new NotSupportedException("there is no host, only Kestrel's services");
#pragma warning restore ASPDEPR008
    }

    /// <summary>Kestrel counts for whoever looks with the runtime's tools.</summary>
    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            lock (_meters)
                _meters.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            lock (_meters)
            {
                foreach (var meter in _meters)
                    meter.Dispose();
                _meters.Clear();
            }
        }
    }
}
