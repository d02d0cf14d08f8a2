using InboundBridge.Configuration.Sources;
using InboundBridge.Logging;

namespace InboundBridge.Setup.Reloading;

/// <summary>Where a reload reads the configuration, and what it needs for that.</summary>
/// <param name="Log">The process's log, whose level and secrets follow the configuration; null where the log is not ours.</param>
internal sealed record ReloadSource(ConfigurationSource Source, ScriptWorkers Scripts, ApplianceLog? Log = null);
