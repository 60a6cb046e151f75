#!/usr/bin/env bash
# Mutation testing with Stryker of one folder of the library, in a copy that holds what the folder needs and its tests alone.
#   tests/mutation.sh Kernels|Priors|Costs|Divergences [options of dotnet stryker, for instance --mutate '**/Kernels/ImqKernel.cs']
# The report is left in artifacts/mutation/<folder>.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-}
case $folder in
    Kernels | Priors | Costs | Divergences) shift ;;
    *) echo "mutation.sh: name a folder: Kernels, Priors, Costs or Divergences." >&2; exit 2 ;;
esac
report=$PWD/artifacts/mutation/$folder
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

shared="Tolerances.cs;OneAtATime.cs;LiveTensors.cs;ArgumentErrors/**"
case $folder in
    Divergences) tests="Divergences/**;Conformance/DivergenceConformance.cs;Kernels/NaiveKernels.cs" ;;
    *) tests="Kernels/**;Priors/**;Costs/**;Conformance/KernelConformance.cs;Conformance/PriorConformance.cs;Conformance/CostConformance.cs;\
Divergences/NaiveMmd.cs;Divergences/CramerWoldPathsTests.cs;Divergences/IntegratedMmdDivergenceTests.cs;Divergences/GradientVariance.cs" ;;
esac

git ls-files -z | xargs -0 cp --parents --target-directory "$copy"

# A test that trains, and the mistakes with what the copy lacks.
rm "$copy/tests/WassersteinAutoEncoders.Tests/Divergences/AdversarialTrainingTests.cs"
for mistakes in Training Schedule; do
    rm "$copy/tests/WassersteinAutoEncoders.Tests/ArgumentErrors/${mistakes}Mistakes.cs"
    sed -i "s/, \.\. ${mistakes}Mistakes\.Rows//" "$copy/tests/WassersteinAutoEncoders.Tests/ArgumentErrors/ArgumentErrorTests.cs"
done

# Every run of the tests looks at the whole assembly first, and objects made there, outside a test, count as seen by all tests:
# with few other tests a mutant takes seconds rather than minutes.
sed -i '$d' "$copy/Directory.Build.targets"
cat >> "$copy/Directory.Build.targets" <<EOF
  <PropertyGroup>
    <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
    <GenerateDocumentationFile>false</GenerateDocumentationFile>
    <RunAnalyzers>false</RunAnalyzers>
  </PropertyGroup>
  <ItemGroup Condition="'\$(MSBuildProjectName)' == 'WassersteinAutoEncoders'">
    <Compile Remove="Training/**;Metrics/**;Sampling/**" />
  </ItemGroup>
  <ItemGroup Condition="'\$(MSBuildProjectName)' == 'WassersteinAutoEncoders.Tests'">
    <ProjectReference Remove="../KillResume/KillResume.csproj" />
    <Compile Remove="**/*.cs" />
    <Compile Include="$shared;$tests" />
  </ItemGroup>
</Project>
EOF

cd "$copy/tests/WassersteinAutoEncoders.Tests"
dotnet tool restore
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
[ $# -gt 0 ] || set -- --mutate "**/$folder/**/*.cs"
dotnet stryker --config-file ../stryker-config.json --output "$report" "$@"
