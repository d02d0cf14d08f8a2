using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Operations.RuleTexts;

/// <summary>Loads the rules of a request against the configuration in force. No file of this machine is read.</summary>
internal static class UploadedRuleSet
{
    /// <param name="files">Texts by their path, without an <see cref="UploadedRules.Problem"/>.</param>
    /// <returns>Null when there is an error among <paramref name="problems"/>.</returns>
    public static RuleSet? Load(IReadOnlyDictionary<string, string> files, ApplianceOptions options, SourceProblems problems) =>
        FolderOf(files, options).Load(UploadedRules.Folder, options, problems);

    /// <summary>The names and words that rules and their tests may use under the configuration in force.</summary>
    public static RuleSetEnvironment EnvironmentOf(ApplianceOptions options) =>
        FolderOf(new Dictionary<string, string>(StringComparer.Ordinal), options).EnvironmentOf(options);

    private static RuleFolder FolderOf(IReadOnlyDictionary<string, string> files, ApplianceOptions options) => new(new ConfigurationSource
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal),
        CurrentFolder = UploadedRules.Folder,
        MachineName = options.Hostname,
        Files = new UploadedRules(files),
    });
}
