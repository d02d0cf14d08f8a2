namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>What a route's expression asks. A closed union.</summary>
internal abstract record MailgunFilter
{
    public sealed record Recipient(string Pattern) : MailgunFilter;

    public sealed record Header(string Name, string Pattern) : MailgunFilter;

    /// <summary>No route before this one has matched.</summary>
    public sealed record CatchAll : MailgunFilter;

    public sealed record All(IReadOnlyList<MailgunFilter> Parts) : MailgunFilter;

    public sealed record Any(IReadOnlyList<MailgunFilter> Parts) : MailgunFilter;

    public sealed record Not(MailgunFilter Part) : MailgunFilter;

    /// <summary>Itself and everything in it, in the order in which it is written.</summary>
    public IEnumerable<MailgunFilter> Tree() => this switch
    {
        All all => all.Parts.SelectMany(part => part.Tree()).Prepend(this),
        Any any => any.Parts.SelectMany(part => part.Tree()).Prepend(this),
        Not not => not.Part.Tree().Prepend(this),
        _ => [this],
    };
}
