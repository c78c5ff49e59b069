using IqdbFlat.Abstractions.Codecs;
using IqdbFlat.Engine;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>One message of every wire type, with every field set to something that is not its default.</summary>
internal static class Exemplars
{
    private static readonly ShardPosition Position = new(3, 0x0102030405060708, 300);

    private static readonly RowIdColumn Numbers = new RowId[] { 0, 1, 300, ulong.MaxValue };

    private static readonly RowIdColumn Mixed = new[] { RowId.FromUInt64(7), RowId.FromBytes([0xDE, 0xAD]) };

    private static readonly SequenceColumn Sequences = new ulong[] { 1, 0x0102030405060708, 1UL << 40, ulong.MaxValue - 1 };

    private static readonly FloatVector Floats = new[] { 1.5f, -0.0f, float.Epsilon, float.MaxValue, BitConverter.UInt32BitsToSingle(0x7FA00001) };

    private static readonly MetadataColumn Metadata = new Metadata?[]
    {
        null,
        Engine.Metadata.From(("", MetadataValue.Null), ("b", true), ("f", -0.0), ("i", -300L), ("s", "é\U0001F600")),
        Engine.Metadata.Empty,
    };

    private static readonly FilterExpression Filter = new(Engine.Filter.And(
        Engine.Filter.Or(
            Engine.Filter.Eq("a", "x"),
            Engine.Filter.Neq("b", 1L),
            Engine.Filter.Lt("c", 2.5),
            Engine.Filter.Lte("d", true),
            Engine.Filter.Gt("e", MetadataValue.Null),
            Engine.Filter.Gte("f", long.MinValue)),
        Engine.Filter.Not(Engine.Filter.In("g", "y", 3L, double.NaN)),
        Engine.Filter.Or()));

    private static readonly RowBlock Rows = new() { Ids = Mixed, Vectors = Floats, Metadata = Metadata };

    private static readonly StoredRowBlock StoredRows = new() { Rows = Rows, Sequences = new([1, ulong.MaxValue]), More = true };

    private static readonly HitBlock Hits = new() { Ids = Mixed, Distances = Floats, Sequences = new([2, 1UL << 40]), Metadata = Metadata };

    private static readonly IndexSettings Settings = new(768, Metric.Cosine, 3);

    private static readonly VectorParts Parts = new(new("title", 17, Metric.Cosine), new("body", 3, Metric.DotProduct));

    private static readonly IndexDescription Description = new()
    {
        Name = "books",
        Settings = Settings,
        Incarnation = "01JD0000000000000000000000",
        Home = "old-books",
        Epoch = 9,
        Slots = SlotMap.Even(3),
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1)),
    };

    private static readonly ShardReport Report = new()
    {
        Shard = 2,
        Silo = "127.0.0.1:11111@5",
        Position = Position,
        Rows = 1000,
        Filtered = 400,
        Scanned = 600,
        BytesRead = 1L << 33,
        Elapsed = TimeSpan.FromMilliseconds(1.5),
        Plans = SearchPlans.Gather | SearchPlans.KeptFilter,
        Pruned = 70,
        FilterTime = TimeSpan.FromTicks(11),
        ScanTime = TimeSpan.FromTicks(1 << 20),
        MergeTime = TimeSpan.FromTicks(3),
        ThreadBandwidth = 1.25e10,
    };

    private static readonly ShardStats Stats = new()
    {
        Shard = 2,
        Silo = "127.0.0.1:11111@5",
        Vectors = 1000,
        MemoryBytes = 1L << 34,
        DiskBytes = 1L << 35,
        Position = Position,
        Address = "127.0.0.1:11111",
    };

    private static readonly SiloDescription Silo = new("silo-1", "127.0.0.1:11111");

    private static readonly ShardLocation Location = new(2, "silo-1", "127.0.0.1:11111");

    private static readonly WireError Error = new()
    {
        Kind = FlatErrorKind.Duplicate,
        Message = "duplicate",
        Expected = 3,
        Found = -4,
        Reason = "why",
        Limit = "hits",
        Max = long.MaxValue,
        Record = "log/1",
        MayHaveBeenApplied = true,
        Index = "books",
        Shard = 5,
        Id = new[] { RowId.FromBytes([1, 2]) },
        Item = 7,
        NotApplied = [7, 8],
    };

    private static readonly WriteToken WriteToken = new(new("01890a5d-ac96-774b-bcce-b302099a8057"), 1UL << 40);

    private static readonly ShardToken ShardToken = new(new("01890a5d-ac96-774b-bcce-b302099a8057"), 1UL << 40, 3, ulong.MaxValue);

    private static readonly KeptAnswer Kept = new()
    {
        Cut = 300,
        Applied = 2,
        Refused = [0, 400],
        First = 1UL << 41,
        Parts = new byte[] { 1, 0 },
    };

    private static readonly BytesColumn Tokens = new byte[] { 1, 0, 0 };

    private static readonly Guid Pin = new("00112233-4455-6677-8899-aabbccddeeff");

    private static readonly PinnedShard Pinned = new() { Shard = 2, Rows = 1000, Position = Position, Tokens = Tokens };

    private static readonly RowsDigest Digest = new(1000, 0x0102030405060708, 0x1112131415161718);

    private static readonly RecordProblem Problem = new("log/1", "is missing");

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<Exemplar> All { get; } =
    [
        Exemplar.Of(Floats),
        Exemplar.Of(Numbers),
        Exemplar.Of(Mixed, "Mixed"),
        Exemplar.Of(Sequences),
        Exemplar.Of(Tokens),
        Exemplar.Of(Metadata),
        Exemplar.Of(Filter),
        Exemplar.Of(new FilterExpression(null), "None"),
        Exemplar.Of(Position),
        Exemplar.Of(new Allotment(1UL << 63, 4)),
        Exemplar.Of(new IndexSettings(Parts, 3) { WithoutCodes = true }),
        Exemplar.Of(Parts),
        Exemplar.Of(new VectorPartsSurrogate { Bytes = [1, 1, 97, 3, 0] }),
        Exemplar.Of(SlotMap.Even(3)),
        Exemplar.Of(new SlotMapSurrogate { Shards = SlotMap.Even(4096).Bytes.ToArray() }),
        Exemplar.Of(Description),
        Exemplar.Of(Stats),
        Exemplar.Of(new IndexReport { Description = Description, Shards = [Stats] }),
        Exemplar.Of(Silo),
        Exemplar.Of(new SiloList([Silo])),
        Exemplar.Of(Location),
        Exemplar.Of(new ShardPlacements([Location])),
        Exemplar.Of(new ShardMoveRequest { Index = "books", Shard = 2, Silo = "silo-1", Deadline = TimeSpan.FromSeconds(30) }),
        Exemplar.Of(new ShardMove("books", 2, "silo-0", "silo-1", 1000, TimeSpan.FromMilliseconds(1.5))),
        Exemplar.Of(Error),
        Exemplar.Of(new FlatIndexExceptionSurrogate { Error = Error }),
        Exemplar.Of(new FlatIndexException(Error.ToError())),
        Exemplar.Of<Exception>(new FlatIndexException(Error.ToError()), "AsException"),
        Exemplar.Of(Rows),
        Exemplar.Of(StoredRows),
        Exemplar.Of(Hits),
        Exemplar.Of(Report),
        Exemplar.Of(new Page { Rows = StoredRows, More = true }),
        Exemplar.Of(new GetRequest { Index = "books", Ids = Mixed, WithContent = true, Seen = [Position], Deadline = Deadline, Incarnation = "01JD" }),
        Exemplar.Of(new PageRequest { Index = "books", AfterSequence = 77, Limit = 100, Seen = [Position], Deadline = Deadline, Incarnation = "01JD" }),
        Exemplar.Of(new WriteRequest
        {
            Index = "books",
            Mode = WriteMode.UpdateMetadata,
            Rows = Rows,
            Deadline = Deadline,
            Incarnation = "01JD",
            Token = WriteToken,
            TokenPart = 3,
            TokenMayBeKnown = true,
            Filter = Filter,
        }),
        Exemplar.Of(WriteToken),
        Exemplar.Of(ShardToken),
        Exemplar.Of(Kept),
        Exemplar.Of(new WriteReply { Applied = 2, Positions = [Position, new(4, 1, 0)], Error = Error }),
        Exemplar.Of(new SearchRequest
        {
            Index = "books",
            Queries = Floats,
            QueryCount = 5,
            K = 10,
            Filter = Filter,
            Metric = Metric.Manhattan,
            IncludeMetadata = true,
            Freshness = Freshness.Linearizable,
            Seen = [Position],
            Deadline = Deadline,
            AllowPartial = true,
            Incarnation = "01JD",
            Plan = SearchPlan.Pruned,
            VectorName = "body",
            MinDistance = -0.5f,
            MaxDistance = 1.5f,
            AfterDistance = 0.25f,
            AfterSequence = 1UL << 40,
        }),
        Exemplar.Of(new SearchReply { Answers = [Hits, HitBlock.Empty], Shards = [Report], Missing = [1, 6] }),
        Exemplar.Of(new ShardWrite
        {
            IndexEpoch = 9,
            Mode = WriteMode.Upsert,
            Rows = Rows,
            Sequences = new([5, 6]),
            StopAtFirst = true,
            Token = ShardToken,
            Cut = 300,
            First = 1UL << 42,
            Filter = Filter,
        }),
        Exemplar.Of(new ShardWriteReply { Position = Position, Applied = 2, Refused = [0, 4], Kept = Kept }),
        Exemplar.Of(new ShardCheck { IndexEpoch = 9, Mode = WriteMode.Delete, Ids = Numbers, Token = ShardToken }),
        Exemplar.Of(new ShardCheckReply { Position = Position, Refused = [0, 4], Kept = Kept, Floor = 1UL << 43 }),
        Exemplar.Of(new ShardSearch
        {
            IndexEpoch = 9,
            Queries = Floats,
            QueryCount = 5,
            K = 10,
            Filter = Filter,
            IncludeMetadata = true,
            Freshness = Freshness.Linearizable,
            Seen = Position,
            Plan = SearchPlan.Pruned,
            Part = 1,
            MinDistance = -0.5f,
            MaxDistance = 1.5f,
            AfterDistance = 0.25f,
            AfterSequence = 1UL << 40,
        }),
        Exemplar.Of(new ShardSearchReply { Answers = [Hits], Report = Report }),
        Exemplar.Of(new PinRequest { IndexEpoch = 9, Pin = Pin, Lease = Deadline }),
        Exemplar.Of(Pinned),
        Exemplar.Of(new IndexCut
        {
            Description = Description,
            Pin = Pin,
            SequenceHighWater = 1UL << 41,
            Shards = [Pinned],
            Taken = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero),
            Pause = TimeSpan.FromMilliseconds(2.5),
            Fenced = 3,
            Tokens = Tokens,
        }),
        Exemplar.Of(new CutRead { ShardKey = "old-books/01JD/0002", Pin = Pin, From = 77, Deadline = Deadline }),
        Exemplar.Of(new RestoreRequest { Settings = Settings, SequenceHighWater = 1UL << 41, Lease = Deadline, Tokens = Tokens }),
        Exemplar.Of(new RestoreRows { Description = Description, Rows = StoredRows, Deadline = Deadline }),
        Exemplar.Of(new RestoreEnd { Incarnation = "01JD", Expected = Digest }),
        Exemplar.Of(Digest),
        Exemplar.Of(Problem),
        Exemplar.Of(new ShardVerification
        {
            Shard = 2,
            Silo = "127.0.0.1:11111@5",
            Records = 12,
            Bytes = 1L << 33,
            Stored = Digest,
            InMemory = Digest,
            ProblemCount = 1,
            Problems = [Problem],
            Unchecked = ["why"],
        }),
        Exemplar.Of(new ListRequest
        {
            Index = "books",
            Filter = Filter,
            OrderFields = ["a", "b"],
            Descending = [1],
            AfterSequence = 77,
            After = Metadata,
            Limit = 100,
            WithVectors = true,
            Seen = [Position],
            Deadline = Deadline,
            Incarnation = "01JD",
        }),
        Exemplar.Of(new CountRequest { Index = "books", Filter = Filter, Seen = [Position], Deadline = Deadline, Incarnation = "01JD" }),
        Exemplar.Of(new RowCount(1L << 40)),
        Exemplar.Of(new ShardList
        {
            IndexEpoch = 9,
            Seen = Position,
            Filter = Filter,
            OrderFields = ["a", "b"],
            Descending = [1],
            AfterSequence = 77,
            After = Metadata,
            Limit = 100,
            WithVectors = true,
        }),
        Exemplar.Of(new ShardCount { IndexEpoch = 9, Seen = Position, Filter = Filter }),
        Exemplar.Of(new ShardRead { IndexEpoch = 9, Seen = Position, Ids = Numbers, WithContent = true, AfterSequence = 77, Limit = 100 }),
    ];

    /// <summary>The exemplars by name, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(exemplar => exemplar.Name)];

    public static Exemplar Named(string name) => All.Single(exemplar => exemplar.Name == name);
}
