using System.Collections.ObjectModel;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Client;

namespace InboundBridge.Configuration.Destinations;

/// <summary>
/// Everything that the appliance knows of one kind of destination. A new kind is a folder with a descriptor like this
/// and a line in <see cref="DestinationKinds"/>; the configuration, its schema, rules, scripts, <c>check</c>,
/// <c>destinations test</c> and <c>explain</c> follow from it.
/// </summary>
internal abstract class DestinationKind
{
    /// <summary>The key below a destination's name in the configuration, the action in rules and the function in scripts.</summary>
    public abstract string Name { get; }

    /// <summary>The keys of the configuration, those of the queue included.</summary>
    public abstract SectionShape<DestinationSettings> Shape { get; }

    /// <summary>The kind as rules see it.</summary>
    public virtual RuleDestinationKind ForRules => new(Name);

    /// <summary>
    /// Options that belong to the destination as a whole, so that no rule may override them. The queue's own keys are never overridden.
    /// </summary>
    public virtual IReadOnlySet<string> FixedOptions => ReadOnlySet<string>.Empty;

    /// <summary>
    /// Options that are checked when the rules are loaded even if they contain a template, with an <c>x</c> in each place. All others
    /// with a template are first read when a mail fills them.
    /// </summary>
    public virtual IReadOnlySet<string> SampledOptions => ReadOnlySet<string>.Empty;

    /// <summary>True where a change of what webhooks share (the public URL, the limits of MIME) needs a new target.</summary>
    public virtual bool UsesWebhookServices => false;

    /// <summary>True where <see cref="PreviewAsync"/> shows something.</summary>
    public virtual bool HasPreview => false;

    /// <summary>A destination whose options all have their defaults.</summary>
    public abstract DestinationSettings Named(string name);

    /// <summary>Fills in what defaults to other keys of the configuration.</summary>
    /// <param name="hostname">What we call ourselves in EHLO.</param>
    /// <param name="domains">Configuration <c>domains</c>.</param>
    public virtual DestinationSettings Complete(DestinationSettings destination, string hostname, IReadOnlyList<string> domains) =>
        destination;

    /// <summary>
    /// What the target is made from; two settings with equal values here share one target over a reload. Serialized as JSON.
    /// </summary>
    public virtual object TargetOptions(DestinationSettings destination) => destination.Options;

    /// <summary>Files whose content is part of the target: a renewed certificate keeps its file's name.</summary>
    public virtual IEnumerable<string> Files(DestinationSettings destination) => [];

    /// <summary>Texts of scripts that are part of the configuration, so that its version covers them.</summary>
    public virtual IEnumerable<string> Scripts(DestinationSettings destination) => [];

    /// <summary>
    /// For <c>check</c> and the start: functions that read the files that the target will read, by the option that names them.
    /// </summary>
    public virtual IEnumerable<(string Option, Func<object> Read)> FileChecks(DestinationSettings destination) => [];

    /// <summary>
    /// Those of <see cref="Files"/> that hold private keys, by the option that names them. Nobody but the appliance should be able to read
    /// them.
    /// </summary>
    public virtual IEnumerable<(string Option, string File)> KeyFiles(DestinationSettings destination) => [];

    /// <summary>True for a destination that would send links to attachments if <c>http.public_url</c> were set.</summary>
    public virtual bool WantsLinks(DestinationSettings destination) => false;

    /// <summary>True for a destination with a changed key that has no effect unless a rule says <c>mode: sync</c> for it.</summary>
    public virtual bool WaitsForSyncInRules(DestinationSettings destination) => false;

    /// <summary>Which scanners' answers the destination is shown, so that mail for it is scanned.</summary>
    /// <param name="json">What a rule overrides, as in <c>SpooledDelivery.OptionsJson</c>; null for nothing.</param>
    public virtual ScanKinds ScansShown(DestinationSettings destination, string? json) => ScanKinds.None;

    /// <summary>
    /// How the server behind the destination is asked whether a recipient exists (<c>recipients.verify</c>); null: it can't be asked.
    /// </summary>
    public virtual SmtpClientOptions? Callout(DestinationSettings destination) => null;

    /// <summary>The target that the queue delivers to.</summary>
    public virtual IDeliveryTarget Open(DestinationSettings destination, DestinationServices services) =>
        new OverridableTarget(Create(destination, services), json => Create(Override(destination, json), services));

    /// <summary>The HTTP request of a first attempt, for <c>explain</c> and rule tests; null for kinds that send none.</summary>
    /// <param name="hidesSignatures">For readers who may not see a valid signature.</param>
    public virtual ValueTask<WebhookPreview?> PreviewAsync(
        DestinationSettings destination, RequestServices services, DeliveryAttempt attempt, bool hidesSignatures,
        CancellationToken cancellationToken) => ValueTask.FromResult<WebhookPreview?>(null);

    /// <summary>What a relay writes on the envelope and on top of a mail, for <c>explain</c>; null for other kinds.</summary>
    public virtual ValueTask<RelayPreview?> PreviewRelayAsync(
        DestinationSettings destination, DeliveryAttempt attempt, TimeProvider clock, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RelayPreview?>(null);

    /// <summary>
    /// What is wrong with the options that a rule overrides, seen together with the destination's own. One sentence a problem.
    /// </summary>
    /// <param name="json">As in <c>SpooledDelivery.OptionsJson</c>.</param>
    public virtual IReadOnlyList<string> OverrideProblems(DestinationSettings destination, string json)
    {
        try
        {
            Override(destination, json);
            return [];
        }
        catch (FormatException fault)
        {
            return [fault.Message];
        }
    }

    /// <summary>The settings with a rule's options in them.</summary>
    /// <exception cref="FormatException">An option that is unknown or has a wrong value.</exception>
    public virtual DestinationSettings Override(DestinationSettings destination, string json) => RuleOverrides.Apply(destination, json);

    /// <summary>A target without overrides.</summary>
    protected abstract IDeliveryTarget Create(DestinationSettings destination, DestinationServices services);
}

/// <summary>A kind that keeps its options in <typeparamref name="TOptions"/>.</summary>
internal abstract class DestinationKind<TOptions> : DestinationKind
    where TOptions : class
{
    protected static TOptions Of(DestinationSettings destination) => (TOptions)destination.Options;

    protected static DestinationSettings Set(DestinationSettings destination, TOptions options) => destination with { Options = options };

    /// <summary>A section with the queue's keys behind the kind's own.</summary>
    /// <param name="onFailure">The default of <c>on_failure</c>.</param>
    protected SectionShape<DestinationSettings> Section(
        string about, Func<SectionShape<DestinationSettings>, SectionShape<DestinationSettings>> keys, string onFailure = "dead_letter") =>
        QueueKeys.Keys(keys(new SectionShape<DestinationSettings>(about, () => Named(string.Empty))), onFailure);
}
