using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>Calls are messages too: a grain's alias, a method's alias, and the arguments in their order.</summary>
public class GrainMethodsTests
{
    private static readonly string[] Kept =
    [
        "iqdb.IBackupGrain.AbandonRestore(String, String, CancellationToken) : Task",
        "iqdb.IBackupGrain.BeginRestore(String, RestoreRequest, TimeSpan, CancellationToken) : Task<IndexDescription>",
        "iqdb.IBackupGrain.CutIndex(String, TimeSpan, TimeSpan, CancellationToken) : Task<IndexCut>",
        "iqdb.IBackupGrain.FinishRestore(String, RestoreEnd, TimeSpan, CancellationToken) : Task<IndexDescription>",
        "iqdb.IBackupGrain.KeepCut(IndexDescription, Guid, CancellationToken) : Task",
        "iqdb.IBackupGrain.ReadCut(CutRead, CancellationToken) : Task<StoredRowBlock>",
        "iqdb.IBackupGrain.ReleaseCut(IndexDescription, Guid, CancellationToken) : Task",
        "iqdb.IBackupGrain.RestoreRows(RestoreRows, CancellationToken) : Task",
        "iqdb.IBackupGrain.VerifyIndex(String, TimeSpan, CancellationToken) : Task<IndexDescription>",
        "iqdb.IBackupGrain.VerifyShard(IndexDescription, Int32, TimeSpan, CancellationToken) : Task<ShardVerification>",
        "iqdb.ICatalogGrain.AddName(String, CancellationToken) : Task",
        "iqdb.ICatalogGrain.ListNames(CancellationToken) : Task<String[]>",
        "iqdb.ICatalogGrain.RemoveName(String, CancellationToken) : Task",
        "iqdb.ICoordinatorGrain.CountRows(CountRequest, CancellationToken) : Task<RowCount>",
        "iqdb.ICoordinatorGrain.GetRows(GetRequest, CancellationToken) : Task<StoredRowBlock>",
        "iqdb.ICoordinatorGrain.ListRows(ListRequest, CancellationToken) : Task<Page>",
        "iqdb.ICoordinatorGrain.ReadPage(PageRequest, CancellationToken) : Task<Page>",
        "iqdb.ICoordinatorGrain.ReportIndex(String, TimeSpan, CancellationToken) : Task<IndexReport>",
        "iqdb.ICoordinatorGrain.SearchIndex(SearchRequest, CancellationToken) : Task<SearchReply>",
        "iqdb.ICoordinatorGrain.SearchWithin(SearchRequest, CancellationToken) : Task<SearchReply>",
        "iqdb.ICoordinatorGrain.WriteRows(WriteRequest, CancellationToken) : Task<WriteReply>",
        "iqdb.IIndexGrain.AbandonRestore(String, CancellationToken) : Task",
        "iqdb.IIndexGrain.AdoptIndex(IndexDescription, UInt64, CancellationToken) : Task<IndexDescription>",
        "iqdb.IIndexGrain.AllotBatch(String, Int32, Nullable<ShardToken>, UInt64, CancellationToken) : Task<Allotment>",
        "iqdb.IIndexGrain.AllotSequences(String, Int32, CancellationToken) : Task<Allotment>",
        "iqdb.IIndexGrain.BeginRestore(RestoreRequest, CancellationToken) : Task<IndexDescription>",
        "iqdb.IIndexGrain.CreateIndex(IndexSettings, Boolean, CancellationToken) : Task<IndexDescription>",
        "iqdb.IIndexGrain.CutIndex(Guid, TimeSpan, CancellationToken) : Task<IndexCut>",
        "iqdb.IIndexGrain.DescribeIndex(CancellationToken) : Task<IndexDescription>",
        "iqdb.IIndexGrain.DropIndex(CancellationToken) : Task",
        "iqdb.IIndexGrain.FinishBatch(UInt64, BatchEnd, CancellationToken) : Task",
        "iqdb.IIndexGrain.FinishRestore(RestoreEnd, CancellationToken) : Task<IndexDescription>",
        "iqdb.IIndexGrain.IsTaken(CancellationToken) : Task<Boolean>",
        "iqdb.IIndexGrain.KeepRestore(String, CancellationToken) : Task",
        "iqdb.IIndexGrain.RenameIndex(String, CancellationToken) : Task<IndexDescription>",
        "iqdb.IIndexGrain.VerifyIndex(CancellationToken) : Task<IndexDescription>",
        "iqdb.IPlacementGrain.ListSilos(CancellationToken) : Task<SiloList>",
        "iqdb.IPlacementGrain.LocateShards(String, TimeSpan, CancellationToken) : Task<ShardPlacements>",
        "iqdb.IPlacementGrain.MoveShard(ShardMoveRequest, CancellationToken) : Task<ShardMove>",
        "iqdb.IShardGrain.CheckRows(ShardCheck, CancellationToken) : Task<Int32[]>",
        "iqdb.IShardGrain.CheckWrite(ShardCheck, CancellationToken) : Task<ShardCheckReply>",
        "iqdb.IShardGrain.CountRows(ShardCount, CancellationToken) : Task<RowCount>",
        "iqdb.IShardGrain.CreateRestoredShard(IndexSettings, UInt64, BytesColumn, CancellationToken) : Task",
        "iqdb.IShardGrain.CreateShard(IndexSettings, UInt64, CancellationToken) : Task",
        "iqdb.IShardGrain.DigestRows(UInt64, CancellationToken) : Task<RowsDigest>",
        "iqdb.IShardGrain.EraseShard(CancellationToken) : Task",
        "iqdb.IShardGrain.FenceEpoch(UInt64, CancellationToken) : Task",
        "iqdb.IShardGrain.KeepPinned(Guid, CancellationToken) : Task",
        "iqdb.IShardGrain.ListRows(ShardList, CancellationToken) : Task<StoredRowBlock>",
        "iqdb.IShardGrain.MoveShard(String, CancellationToken) : Task",
        "iqdb.IShardGrain.PinRows(PinRequest, CancellationToken) : Task<PinnedShard>",
        "iqdb.IShardGrain.ReadPinned(Guid, Int32, CancellationToken) : Task<StoredRowBlock>",
        "iqdb.IShardGrain.ReadRows(ShardRead, CancellationToken) : Task<StoredRowBlock>",
        "iqdb.IShardGrain.ReportShard(UInt64, CancellationToken) : Task<ShardStats>",
        "iqdb.IShardGrain.SearchShard(ShardSearch, CancellationToken) : Task<ShardSearchReply>",
        "iqdb.IShardGrain.SearchWithin(ShardSearch, CancellationToken) : Task<ShardSearchReply>",
        "iqdb.IShardGrain.UnpinRows(Guid, CancellationToken) : Task",
        "iqdb.IShardGrain.VerifyShard(CancellationToken) : Task<ShardVerification>",
        "iqdb.IShardGrain.WriteRows(ShardWrite, CancellationToken) : Task<ShardWriteReply>",
        "iqdb.ISiloGrain.CheckRoom(Int32, Int64, CancellationToken) : Task",
    ];

    [Fact]
    public void Calls_are_the_kept_ones()
    {
        var found = typeof(SearchRequest).Assembly.GetTypes()
            .Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods().Where(method => !method.IsStatic).Select(method => Describe(type, method)))
            .Order(StringComparer.Ordinal);
        Assert.True(
            Kept.SequenceEqual(found),
            $"The calls of grains have changed. They are a compatibility surface between versions. Expected:\n{string.Join('\n', Kept)}\nFound:\n{string.Join('\n', found)}");
    }

    private static string Describe(Type grain, MethodInfo method) =>
        $"{Alias(grain)}.{Alias(method)}({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))}) : {Name(method.ReturnType)}";

    private static string? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias;

    private static string Name(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{Name(type.GetGenericArguments()[0])}>" : type.Name;
}
