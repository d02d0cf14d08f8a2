using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Contract;

/// <summary>
/// What rules may refer to outside of their files. Used while rules are loaded; scripts use the checks of options when they run, too.
/// </summary>
public sealed record RuleSetEnvironment
{
    /// <summary>The kinds of destination that there are, in the order in which messages list them.</summary>
    public IReadOnlyList<RuleDestinationKind> Kinds { get; init; } = [];

    /// <summary>Every configured destination: its name and the name of its kind.</summary>
    public required IReadOnlyDictionary<string, string> Destinations { get; init; }

    /// <summary>The kind of that name; null when there is none.</summary>
    internal RuleDestinationKind? FindKind(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <summary>
    /// The domains that we accept mail for, wildcards such as <c>*.in.example.com</c> included. Empty: no warning compares rules with them.
    /// </summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Whether mail is accepted for a domain, as far as <see cref="Domains"/> tells.</summary>
    internal bool Accepts(string domain) => Domains.Count == 0
        || Domains.Any(accepted => accepted.StartsWith("*.", StringComparison.Ordinal)
        ? domain.EndsWith(accepted[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(accepted, domain, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The only values that facts have under this configuration, such as the configured DNS lists. A fact that is not there can have any.
    /// </summary>
    public IReadOnlyDictionary<Fact, IReadOnlyList<string>> Words { get; init; } = new Dictionary<Fact, IReadOnlyList<string>>();

    /// <summary>Reads lists and scripts. Without it a rule that names a file is an error.</summary>
    public RuleFileReader? ReadFile { get; init; }

    /// <summary>Checks an option of a destination that a rule overrides. Without it every option is accepted as written.</summary>
    public DestinationOptionCheck? CheckOption { get; init; }

    /// <summary>
    /// Checks all that a rule overrides of a destination together: its name, the options as a JSON object. One sentence a problem.
    /// </summary>
    public Func<string, string, IReadOnlyList<string>>? CheckOverrides { get; init; }

    /// <summary>
    /// The facts that nothing supplies here, each with what the operator can do about it. A rule that uses one of them is an error.
    /// </summary>
    public IReadOnlyDictionary<Fact, string> Unsupplied { get; init; } = new Dictionary<Fact, string>();

    /// <summary>
    /// For rule tests and trials, which may give values: rules may ask for facts that nothing
    /// supplies, and a fact without a given value is unknown.
    /// </summary>
    public bool AcceptsUnsupplied { get; init; }

    /// <summary>
    /// How <c>rules.default</c> refuses; null where it delivers or holds. The default is one of the outcomes that a recipient can come to,
    /// so its refusal is certain once every other reachable outcome is the same kind of refusal.
    /// </summary>
    public RuleRefusalKind? DefaultRefusal { get; init; }
}

/// <summary>Reads a file that a rule names, relative to the rule file; null when the file does not exist.</summary>
/// <param name="namingFile">The <see cref="RuleFile.Path"/> of the rule file.</param>
/// <param name="path">As written in the rule.</param>
/// <exception cref="IOException">The file exists and can't be read; the message says why.</exception>
public delegate string? RuleFileReader(string namingFile, string path);

/// <summary>
/// Checks one overriding option and turns it into JSON. Texts may hold <c>{name}</c> templates,
/// which are filled in later (percent-encoded in <c>url</c>).
/// </summary>
/// <param name="kind">The name of a <see cref="RuleDestinationKind"/>.</param>
/// <param name="option">The option's name as in the configuration (<c>format</c>, <c>timeout</c> …).</param>
/// <returns>The option's value as JSON; null when a problem was reported.</returns>
public delegate string? DestinationOptionCheck(string kind, string option, YamlNode value, SourceProblems problems);
