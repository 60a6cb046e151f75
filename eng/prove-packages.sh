#!/usr/bin/env bash
# Proves the packages of `dotnet pack -c Release` from outside the tree: a project with only the package files and a backend
# is restored into an empty package cache, built, run and published; it plugs in a prior of its own and trains. Then the
# templates are installed into a folder of their own, and what they make is built, run and tested; and the command wae is
# installed, trains, looks into its checkpoint and draws from it.
# Usage: eng/prove-packages.sh [FOLDER-WITH-PACKAGES]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages=$(cd "${1:-$root/artifacts/packages}" && pwd)
backend="${TorchBackend:-TorchSharp-cpu}"
version=$(dotnet msbuild "$root/src/WassersteinAutoEncoders" -getProperty:Version)
torchsharp=$(dotnet msbuild "$root/src/WassersteinAutoEncoders" -getProperty:TorchSharpVersion)
consumer=$(mktemp -d)
trap 'rm -rf "$consumer"' EXIT
export NUGET_PACKAGES=$consumer/packages

cat >"$consumer/nuget.config" <<XML
<configuration>
  <packageSources>
    <add key="packed" value="$packages" />
  </packageSources>
</configuration>
XML
cat >"$consumer/Consumer.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="Consumer.cs" />
    <PackageReference Include="WassersteinAutoEncoders.Reporting" Version="$version" />
    <PackageReference Include="WassersteinAutoEncoders.Testing" Version="$version" />
    <PackageReference Include="$backend" Version="$torchsharp" />
  </ItemGroup>
</Project>
XML
cp "$root/eng/Consumer.cs" "$consumer"
cd "$consumer"
step() { printf '%4d s  %s\n' "$SECONDS" "$1"; }
SECONDS=0
dotnet restore --verbosity quiet
step "restored into an empty package cache"
dotnet build -c Release --no-restore --verbosity quiet
step "built"
dotnet run -c Release --no-build
step "trained"
dotnet publish -c Release --verbosity quiet --output portable
dotnet portable/Consumer.dll
step "published and trained"
rid=$(dotnet msbuild -getProperty:NETCoreSdkPortableRuntimeIdentifier)
dotnet publish -c Release --verbosity quiet --runtime "$rid" --no-self-contained --output specific
dotnet specific/Consumer.dll
step "published for $rid and trained"

hive=(--debug:custom-hive "$consumer/hive")
dotnet new install "$packages/WassersteinAutoEncoders.Templates.$version.nupkg" "${hive[@]}" >"$consumer/install.log" || { cat "$consumer/install.log"; exit 1; }
step "templates installed"
mkdir "$consumer/new"
cd "$consumer/new"
dotnet new wae -n Digit-Study "${hive[@]}"
cd Digit-Study
dotnet build -c Release --verbosity quiet -warnaserror
step "wae: made, restored and built"
dotnet run -c Release --no-build
ls out/report.html out/samples.png out/reconstructions.png out/weights.safetensors
step "wae: trained"
cd ..
dotnet new wae-prior -n RingStudy "${hive[@]}"
cd RingStudy
dotnet build -c Release --verbosity quiet -warnaserror
step "wae-prior: made, restored and built"
dotnet run -c Release --no-build --project RingStudy
ls out/report.html out/samples.png out/reconstructions.png out/codes.svg out/weights.safetensors
step "wae-prior: trained"
dotnet test -c Release --no-build
step "wae-prior: tested"

cd "$consumer"
dotnet tool install WassersteinAutoEncoders.Tool --version "$version" --tool-path "$consumer/tool" >"$consumer/tool.log" || { cat "$consumer/tool.log"; exit 1; }
step "wae: installed"
"$consumer/tool/wae" check
"$consumer/tool/wae" train --dataset digits --n-z 2 --max-steps 20 --out run
"$consumer/tool/wae" inspect run/checkpoint.safetensors
"$consumer/tool/wae" sample run/checkpoint.safetensors --out run/drawn.png
ls run/report.html run/drawn.png
step "wae: checked, trained, looked into, drawn from"
