using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace InboundBridge.Yaml;

/// <summary>
/// Reads YAML into nodes that have positions. Works on parser events and never recurses deeper than <see cref="MaximumDepth"/>: the
/// library's own deserializer overflows the stack on deep nesting, and no handler can catch that.
/// </summary>
public static class YamlReader
{
    public const int MaximumDepth = 64;
    public const int MaximumNodes = 2_000_000;
    public const int MaximumCharacters = 64 * 1024 * 1024;

    /// <summary>Reads the only document of a text. Null when it is empty, or when a problem was reported.</summary>
    public static YamlNode? Read(string text, string file, SourceProblems problems)
    {
        if (text.Length > MaximumCharacters)
        {
            problems.Error(new SourcePosition(file, 0, 0), "the file is too large", $"at most {MaximumCharacters / 1024 / 1024} MB");
            return null;
        }
        var parser = new Parser(new StringReader(text));
        try
        {
            return new Reading(parser, text, file, problems).Document();
        }
        catch (YamlException exception)
        {
            var position = new SourcePosition(file, (int)exception.Start.Line, (int)exception.Start.Column);
            var advice = YamlAdvice.For(text, position.Line, (int)exception.End.Line);
            // The library reports a tab at the beginning of the mapping around it.
            if (advice is null && OneLine(exception).Contains("tab", StringComparison.Ordinal) && YamlAdvice.TabIn(text) is { } tab)
                (position, advice) = (new SourcePosition(file, tab.Line, tab.Column), YamlAdvice.NoTabs);
            problems.Error(position, $"not valid YAML: {OneLine(exception)}", advice);
            return null;
        }
        catch (Exception exception) when (
            exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            // The library's scanner throws these on lone surrogates, bad escapes, and a list or mapping that is never closed.
            var read = parser.Current?.End ?? Mark.Empty;
            problems.Error(new SourcePosition(file, (int)read.Line, (int)read.Column), "not valid YAML behind this place",
                YamlAdvice.For(text, (int)read.Line) ?? "a bracket, a brace or a quote that is not closed?");
            return null;
        }
    }

    private static string OneLine(YamlException exception)
    {
        var message = exception.InnerException?.Message ?? exception.Message;
        return message.ReplaceLineEndings(" ").TrimEnd('.');
    }

    private sealed class Reading(IParser parser, string text, string file, SourceProblems problems)
    {
        private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
        private int _nodes;

        public YamlNode? Document()
        {
            Move();
            Move();
            if (parser.Current is StreamEnd)
                return null;
            Move();
            var root = Node(0);
            if (root is null)
                return null;
            Move();
            if (parser.Current is not StreamEnd)
            {
                problems.Error(At(parser.Current!), "a second document begins here", "one document a file");
                return null;
            }
            return root;
        }

        private YamlNode? Node(int depth)
        {
            var current = parser.Current!;
            if (current is NodeEvent && depth > MaximumDepth)
                return Refuse(current, string.Create(CultureInfo.InvariantCulture, $"nested more than {MaximumDepth} deep"));
            if (++_nodes > MaximumNodes)
                return Refuse(current,
                    string.Create(CultureInfo.InvariantCulture,
                    $"more than {MaximumNodes} values, aliases counted with what they stand for"));
            if (current is AnchorAlias alias)
                return Alias(alias);

            var before = _nodes;
            var node = current switch
            {
                Scalar scalar => ReadScalar(scalar),
                SequenceStart start => ReadSequence(start, depth),
                MappingStart start => ReadMapping(start, depth),
                _ => Refuse(current, $"unexpected {current.GetType().Name}"),
            };
            if (node is not null && current is NodeEvent { Anchor.IsEmpty: false } anchored)
                _anchors[anchored.Anchor.Value] = (node, _nodes - before + 1);
            return node;
        }

        private YamlNode? Alias(AnchorAlias alias)
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var target))
            {
                problems.Error(At(alias), $"'*{alias.Value}' is read as an alias, and there is no anchor '&{alias.Value}' in front of it",
                    YamlAdvice.For(text, (int)alias.Start.Line) ?? $"quote it: {YamlAdvice.Quote($"*{alias.Value}")}");
                return null;
            }
            // A few lines of aliases to aliases can expand to billions of values (a "billion laughs" attack), so an alias counts with the
            // size of its target.
            _nodes = (int)Math.Min((long)_nodes + target.Size, MaximumNodes + 1L);
            if (_nodes > MaximumNodes)
                return Refuse(alias, "aliases stand for too many values");
            Move();
            return target.Node;
        }

        private YamlScalar ReadScalar(Scalar scalar)
        {
            Move();
            NoTag(scalar);
            if (!scalar.Anchor.IsEmpty && scalar is { Style: ScalarStyle.Plain, Value.Length: 0 })
                problems.Error(At(scalar), $"'&{scalar.Anchor.Value}' is read as an anchor",
                    $"quote it: {YamlAdvice.Quote($"&{scalar.Anchor.Value}")}");
            var position = At(scalar);
            return new YamlScalar(position, scalar.Value, scalar.Style == ScalarStyle.Plain)
            {
                TextPosition = scalar.Style switch
                {
                    ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => position with { Column = position.Column + 1 },
                    ScalarStyle.Literal or ScalarStyle.Folded => BlockBegin(scalar.Start, position),
                    _ => position,
                },
                IsVerbatim = scalar.Style == ScalarStyle.Literal
                    || (scalar.Start.Line == scalar.End.Line
                        && scalar.End.Column - scalar.Start.Column - (scalar.Style == ScalarStyle.Plain ? 0 : 2) == scalar.Value.Length),
            };
        }

        /// <summary>The beginning of a block's text. Its column is that of the first line which is not empty.</summary>
        private SourcePosition BlockBegin(Mark sign, SourcePosition position)
        {
            for (var at = text.IndexOf('\n', (int)Math.Min(sign.Index, text.Length)); at >= 0; at = text.IndexOf('\n', at + 1))
            {
                var indent = text.AsSpan(at + 1).IndexOfAnyExcept(' ');
                if (indent < 0)
                    break;
                if (text[at + 1 + indent] is not ('\r' or '\n'))
                    return position with { Line = position.Line + 1, Column = indent + 1 };
            }
            return position with { Line = position.Line + 1, Column = 1 };
        }

        private YamlSequence? ReadSequence(SequenceStart start, int depth)
        {
            var items = new List<YamlNode>();
            NoTag(start);
            Move();
            while (parser.Current is not SequenceEnd)
            {
                if (Node(depth + 1) is not { } item)
                    return null;
                items.Add(item);
            }
            Move();
            return new YamlSequence(At(start), items);
        }

        private YamlMapping? ReadMapping(MappingStart start, int depth)
        {
            var entries = new List<YamlEntry>();
            var keys = new HashSet<string>(StringComparer.Ordinal);
            NoTag(start);
            Move();
            while (parser.Current is not MappingEnd)
            {
                if (parser.Current is not Scalar key)
                {
                    problems.Error(At(parser.Current!), "a key must be a plain name",
                        YamlAdvice.For(text, (int)parser.Current!.Start.Line));
                    return null;
                }
                var name = ReadScalar(key);
                if (!keys.Add(name.Value))
                    problems.Error(name.Position, $"'{name.Value}' stands here twice", "remove one of the two");
                if (Node(depth + 1) is not { } value)
                    return null;
                entries.Add(new YamlEntry(name, value));
            }
            Move();
            return new YamlMapping(At(start), entries);
        }

        /// <summary>
        /// YAML's own tags (<c>!!str</c>) are ignored. Any other is an error: its author meant the word as text, and it would be lost.
        /// </summary>
        private void NoTag(NodeEvent node)
        {
            if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !node.Tag.Value.StartsWith("tag:yaml.org,", StringComparison.Ordinal))
                problems.Error(At(node), $"'{node.Tag.Value}' is read as a tag", YamlAdvice.For(text, (int)node.Start.Line) ?? "quote it");
        }

        private YamlNode? Refuse(ParsingEvent where, string text)
        {
            problems.Error(At(where), text);
            return null;
        }

        private void Move() => parser.MoveNext();

        private SourcePosition At(ParsingEvent where) => new(file, (int)where.Start.Line, (int)where.Start.Column);
    }
}
